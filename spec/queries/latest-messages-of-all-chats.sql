-- What somebody said and heard last, in all of their chats.
-- persona: owner
-- typical: select user_id as caller from public.chat_messages group by user_id order by md5(user_id::text) limit 1
-- heavy: select user_id as caller from public.chat_messages group by user_id order by count(*) desc, user_id limit 1
-- index: idx_chat_messages_user_id_created_at_id
-- order: index
-- pages: 80
select id, session_id, role, content, created_at from public.chat_messages order by created_at desc limit 50;

-- without row security:
select id, session_id, role, content, created_at
from public.chat_messages
where user_id = (select auth.uid())
order by created_at desc
limit 50;
