-- Somebody's plan, and what is used of it.
-- persona: owner
-- typical: select user_id as caller from public.user_usage order by md5(user_id::text) limit 1
-- index: user_usage_user_id_key
-- pages: 10
select * from public.my_usage();
