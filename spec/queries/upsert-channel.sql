-- Ingestion takes in a channel, or what is new of it.
-- persona: service
-- parameters: youtube_channel_id text
-- typical: select youtube_channel_id from public.channels order by md5(id::text) limit 1
-- index: channels_youtube_channel_id_key
-- pages: 40
insert into public.channels (youtube_channel_id, channel_name, channel_url)
values ($1, 'A channel', 'https://www.youtube.com/channel/a')
on conflict (youtube_channel_id) do update set channel_name = excluded.channel_name, channel_url = excluded.channel_url
returning id;
