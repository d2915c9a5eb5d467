-- How many chunks of a channel have an embedding, and how many wait for one.
-- persona: service
-- parameters: channel_id uuid
-- typical: select channel_id from public.transcript_chunks group by channel_id order by md5(channel_id::text) limit 1
-- heavy: select channel_id from public.transcript_chunks group by channel_id order by count(*) desc, channel_id limit 1
-- pages: 12000
select
  (select chunk_count from public.channels where id = $1) as chunks,
  (select count(*) from public.chunk_embeddings where channel_id = $1) as embedded;
