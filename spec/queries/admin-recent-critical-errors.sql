-- The latest errors of one severity, however rare, for admins.
-- persona: admin
-- pages: 3000
select * from public.admin_recent_errors(p_severity => 'critical');
