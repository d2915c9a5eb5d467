-- How many videos a channel has.
-- persona: owner
-- parameters: channel_id uuid
-- typical: select channel_id from public.videos group by channel_id order by md5(channel_id::text) limit 1
-- heavy: select channel_id from public.videos group by channel_id order by count(*) desc, channel_id limit 1
-- pages: 300
select count(*) from public.videos where channel_id = $1;

-- without row security:
select count(*) from public.videos where channel_id = $1;
