-- Somebody's chats with the channels' names, the latest talked in first: the app's first screen.
-- persona: owner
-- typical: select user_id as caller from public.chat_sessions group by user_id order by md5(user_id::text) limit 1
-- heavy: select user_id as caller from public.chat_sessions group by user_id order by count(*) desc, user_id limit 1
-- pages: 120
select session.id, session.title, session.last_message_at, channel.id as channel_id, channel.channel_name, channel.avatar_url
from public.chat_sessions session
join public.channels channel on channel.id = session.channel_id
order by session.last_message_at desc nulls last
limit 50;

-- without row security:
select session.id, session.title, session.last_message_at, channel.id as channel_id, channel.channel_name, channel.avatar_url
from public.chat_sessions session
join public.channels channel on channel.id = session.channel_id
where session.user_id = (select auth.uid())
order by session.last_message_at desc nulls last
limit 50;
