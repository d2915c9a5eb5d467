-- A request that was begun is done.
-- persona: service
-- parameters: id uuid
-- typical: select id from public.request_idempotency order by md5(id::text) limit 1
-- index: request_idempotency_pkey
-- per row: private.is_service(), because the primary key has found the one row
-- pages: 10
select public.complete_request($1, '{}');
