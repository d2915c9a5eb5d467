-- Somebody's messages that hold a text, newest first.
-- persona: owner
-- parameters: words text
-- typical: select user_id as caller, 'whale' as words from public.chat_messages group by user_id
--   order by md5(user_id::text) limit 1
-- heavy: select user_id as caller, 'whale' as words from public.chat_messages group by user_id
--   order by count(*) desc, user_id limit 1
-- index: idx_chat_messages_user_id_created_at
-- pages: 16000
select * from public.search_my_messages($1);
