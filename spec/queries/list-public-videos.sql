-- The newest videos of a public channel, signed out.
-- persona: anon
-- parameters: channel_id uuid
-- typical: select id as channel_id from public.channels where public_slug is not null order by md5(id::text) limit 1
-- index: idx_videos_channel_id_published_at
-- order: index
-- pages: 80
select id, youtube_video_id, title, duration_seconds, published_at, thumbnail_url
from public.videos
where channel_id = $1
order by published_at desc
limit 20;
