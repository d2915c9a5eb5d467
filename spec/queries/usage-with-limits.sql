-- The plan of a user, before a chat or an ingestion.
-- persona: service
-- parameters: user_id uuid
-- typical: select user_id from public.user_usage order by md5(user_id::text) limit 1
-- index: user_usage_user_id_key
-- pages: 10
select * from public.get_usage_with_limits($1);
