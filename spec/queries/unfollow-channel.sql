-- Somebody unfollows a channel.
-- persona: owner
-- parameters: channel_id uuid
-- typical: select user_id as caller, channel_id from public.user_creators order by md5(id::text) limit 1
-- heavy: select user_id as caller, channel_id from public.user_creators
--   order by count(*) over (partition by channel_id) desc, id limit 1
-- index: user_creators_user_id_channel_id_key
-- pages: 15
delete from public.user_creators where channel_id = $1;

-- without row security:
delete from public.user_creators where channel_id = $1 and user_id = (select auth.uid());
