-- A request that may come twice begins.
-- persona: owner
-- typical: select user_id as caller from public.request_idempotency where user_id is not null
--   order by md5(id::text) limit 1
-- index: request_idempotency_user_id_begun_by_operation_type_idempot_key
-- pages: 40
select * from public.begin_request('a key that was not used', 'chat', 'a hash');
