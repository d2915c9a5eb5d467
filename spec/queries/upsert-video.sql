-- Ingestion takes in a video, or what is new of it.
-- persona: service
-- parameters: channel_id uuid, youtube_video_id text
-- typical: select channel_id, youtube_video_id from public.videos order by md5(id::text) limit 1
-- index: videos_youtube_video_id_key
-- pages: 45
insert into public.videos (channel_id, youtube_video_id, title)
values ($1, $2, 'A video')
on conflict (youtube_video_id) do update set title = excluded.title
returning id;
