-- A request that was begun is done.
-- persona: service
-- parameters: id uuid
-- typical: select id from public.request_idempotency order by md5(id::text) limit 1
-- index: request_idempotency_pkey
-- pages: 10
select public.complete_request($1, '{}');
