-- A channel's videos of one kind, newest first, a page at a time.
-- persona: owner
-- parameters: channel_id uuid, content_type public.content_type
-- typical: select channel_id, content_type from public.videos group by channel_id, content_type
--   order by md5(channel_id::text), content_type limit 1
-- heavy: select channel_id, content_type from public.videos group by channel_id, content_type
--   order by count(*) desc, channel_id limit 1
-- index: idx_videos_channel_id_published_at
-- order: index
-- pages: 300
select id, youtube_video_id, title, duration_seconds, published_at, thumbnail_url, view_count, transcript_status
from public.videos
where channel_id = $1 and content_type = $2
order by published_at desc
limit 50;

-- without row security:
select id, youtube_video_id, title, duration_seconds, published_at, thumbnail_url, view_count, transcript_status
from public.videos
where channel_id = $1 and content_type = $2
order by published_at desc
limit 50;
