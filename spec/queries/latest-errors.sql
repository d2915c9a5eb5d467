-- The latest errors, as moderators read them.
-- persona: moderator
-- index: idx_error_logs_created_at_id
-- order: index
-- pages: 30
select id, created_at, severity, function_name, error_code, message, request_id
from public.error_logs
order by created_at desc
limit 50;
