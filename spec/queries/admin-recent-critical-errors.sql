-- The latest errors of one severity, however rare, for admins.
-- persona: admin
-- index: idx_error_logs_severity_created_at_id
-- order: index
-- pages: 40
select * from public.admin_recent_errors(p_severity => 'critical');
