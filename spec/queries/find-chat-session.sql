-- The one chat session that somebody has with a channel.
-- persona: owner
-- parameters: channel_id uuid
-- typical: select user_id as caller, channel_id from public.chat_sessions order by md5(id::text) limit 1
-- heavy: select user_id as caller, channel_id from public.chat_sessions
--   order by count(*) over (partition by channel_id) desc, id limit 1
-- index: chat_sessions_channel_id_user_id_id_key
-- pages: 8
select id, title, last_message_at from public.chat_sessions where channel_id = $1;

-- without row security:
select id, title, last_message_at from public.chat_sessions where channel_id = $1 and user_id = (select auth.uid());
