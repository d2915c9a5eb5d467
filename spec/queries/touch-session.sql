-- A session is given a name.
-- persona: owner
-- parameters: session_id uuid
-- typical: select user_id as caller, session_id from public.chat_messages group by user_id, session_id order by md5(session_id::text) limit 1
-- index: chat_sessions_user_id_id_key
-- pages: 40
update public.chat_sessions set title = 'About whales', updated_at = now() where id = $1;

-- without row security:
update public.chat_sessions
set title = 'About whales', updated_at = now()
where id = $1 and user_id = (select auth.uid());
