-- A chunk's channel and video are those of its transcript, which exists.
-- fix: Find what wrote around the foreign key to public.transcripts; give the chunk its transcript's keys.
select chunk.id, chunk.transcript_id, chunk.channel_id, chunk.video_id
from public.transcript_chunks chunk
left join public.transcripts transcript on transcript.id = chunk.transcript_id
where (transcript.channel_id, transcript.video_id) is distinct from (chunk.channel_id, chunk.video_id);
