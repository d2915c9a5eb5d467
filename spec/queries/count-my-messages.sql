-- How many messages somebody has.
-- persona: owner
-- typical: select user_id as caller from public.chat_messages group by user_id order by md5(user_id::text) limit 1
-- heavy: select user_id as caller from public.chat_messages group by user_id order by count(*) desc, user_id limit 1
-- pages: 8000
select count(*) from public.chat_messages;

-- without row security:
select count(*) from public.chat_messages where user_id = (select auth.uid());
