-- The errors of the last week by function and code, for admins.
-- persona: admin
-- index: idx_error_logs_created_at_id
-- grows: public.error_logs, because it counts a week of all errors
-- pages: 10000
select * from public.admin_error_summary();
