-- One message is written into a session; a trigger notes when.
-- persona: owner
-- parameters: session_id uuid
-- typical: select user_id as caller, session_id from public.chat_messages group by user_id, session_id order by md5(session_id::text) limit 1
-- heavy: select user_id as caller, session_id from public.chat_messages group by user_id, session_id order by count(*) desc, session_id limit 1
-- index: chat_sessions_user_id_id_key
-- pages: 30
insert into public.chat_messages (session_id, role, content) values ($1, 'user', 'What did they say?') returning id;

-- without row security:
insert into public.chat_messages (session_id, user_id, role, content)
values ($1, (select auth.uid()), 'user', 'What did they say?')
returning id;
