-- What has expired is forgotten, once an hour.
-- persona: service
-- index: idx_error_logs_created_at_id, idx_request_idempotency_expires_at
-- scan: public.operation_locks, because there is one a channel at most
-- scan: public.public_chat_limits, because most of its rows are of earlier days, and go
-- pages: 200000
select * from public.purge_expired();
