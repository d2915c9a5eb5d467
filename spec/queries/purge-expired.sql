-- What has expired is forgotten, once an hour.
-- persona: service
-- index: idx_error_logs_created_at
-- scan: public.operation_locks, because there is one a channel at most
-- scan: public.request_idempotency, because clock_timestamp() is volatile and so never an index condition
-- scan: public.public_chat_limits, because most of its rows are of earlier days, and go
-- pages: 200000
select * from public.purge_expired();
