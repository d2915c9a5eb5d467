-- The lock of a channel's pipeline is taken.
-- persona: service
-- typical: select 1
-- pages: 40
select public.acquire_operation_lock('channel:one', 'ingestion');
