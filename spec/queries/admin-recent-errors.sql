-- The latest errors, for admins.
-- persona: admin
-- index: idx_error_logs_created_at_id
-- order: index
-- pages: 30
select * from public.admin_recent_errors();
