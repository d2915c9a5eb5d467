-- A transcript's channel is that of its video, which exists.
-- fix: Find what wrote around the foreign key to public.videos; give the transcript its video's channel.
select transcript.id, transcript.video_id, transcript.channel_id, video.channel_id as channel_of_video
from public.transcripts transcript
left join public.videos video on video.id = transcript.video_id
where video.channel_id is distinct from transcript.channel_id;
