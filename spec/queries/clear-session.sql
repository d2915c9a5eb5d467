-- All messages of a session are deleted.
-- persona: owner
-- parameters: session_id uuid
-- typical: select user_id as caller, session_id from public.chat_messages group by user_id, session_id order by md5(session_id::text) limit 1
-- heavy: select user_id as caller, session_id from public.chat_messages group by user_id, session_id order by count(*) desc, session_id limit 1
-- index: idx_chat_messages_user_id_session_id_created_at, idx_saved_answers_session_id_message_id
-- pages: 25000
delete from public.chat_messages where session_id = $1;

-- without row security:
delete from public.chat_messages where session_id = $1 and user_id = (select auth.uid());
