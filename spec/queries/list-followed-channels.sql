-- The channels that somebody follows, the latest first.
-- persona: owner
-- typical: select user_id as caller from public.user_creators group by user_id order by md5(user_id::text) limit 1
-- heavy: select user_id as caller from public.user_creators group by user_id order by count(*) desc, user_id limit 1
-- index: user_creators_user_id_channel_id_key, channels_pkey
-- pages: 60
select follow.id, follow.added_at, channel.*
from public.user_creators follow
join public.channels channel on channel.id = follow.channel_id
order by follow.added_at desc;

-- without row security:
select follow.id, follow.added_at, channel.*
from public.user_creators follow
join public.channels channel on channel.id = follow.channel_id
where follow.user_id = (select auth.uid())
order by follow.added_at desc;
