-- A session is deleted, and its messages with it.
-- persona: owner
-- parameters: session_id uuid
-- typical: select user_id as caller, session_id from public.chat_messages group by user_id, session_id order by md5(session_id::text) limit 1
-- heavy: select user_id as caller, session_id from public.chat_messages group by user_id, session_id order by count(*) desc, session_id limit 1
-- index: chat_sessions_user_id_id_key, idx_chat_messages_user_id_session_id_created_at
-- pages: 15
delete from public.chat_sessions where id = $1;

-- without row security:
delete from public.chat_sessions where id = $1 and user_id = (select auth.uid());
