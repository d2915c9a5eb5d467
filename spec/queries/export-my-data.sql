-- All that is stored of somebody.
-- persona: owner
-- typical: select user_id as caller from public.chat_messages group by user_id order by md5(user_id::text) limit 1
-- heavy: select user_id as caller from public.chat_messages group by user_id order by count(*) desc, user_id limit 1
-- pages: 10000
select public.export_my_data();
