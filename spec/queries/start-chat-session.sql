-- A session with a channel is made, unless there is one.
-- persona: owner
-- parameters: channel_id uuid
-- typical: select user_id as caller, channel_id from public.chat_sessions order by md5(id::text) limit 1
-- index: chat_sessions_user_id_channel_id_key
-- pages: 12
insert into public.chat_sessions (channel_id) values ($1) on conflict (user_id, channel_id) do nothing returning id;
