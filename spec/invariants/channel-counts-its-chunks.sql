-- A channel's chunk_count is the number of its chunks.
-- fix: Find what wrote chunks without the triggers of public.transcript_chunks, or chunk_count by itself; then set chunk_count to the number of chunks.
select channel.id, channel.chunk_count, coalesce(counted.chunks, 0) as chunks
from public.channels channel
left join (
  select chunk.channel_id, count(*) as chunks
  from public.transcript_chunks chunk
  group by chunk.channel_id
) counted on counted.channel_id = channel.id
where channel.chunk_count <> coalesce(counted.chunks, 0);
