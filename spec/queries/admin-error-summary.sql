-- The errors of the last week by function and code, for admins.
-- persona: admin
-- index: idx_error_logs_created_at_id
-- pages: 10000
select * from public.admin_error_summary();
