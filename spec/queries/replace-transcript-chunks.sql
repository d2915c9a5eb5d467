-- All chunks of a transcript are written anew, with their embeddings.
-- persona: service
-- parameters: transcript_id uuid
-- typical: select transcript_id from public.transcript_chunks group by transcript_id, video_id
--   order by md5(video_id::text) limit 1
-- heavy: select transcript_id from public.transcript_chunks group by transcript_id, video_id
--   order by count(*) desc, video_id limit 1
-- index: transcripts_pkey, idx_transcript_chunks_channel_id_video_id_transcript_id
-- pages: 400
select public.replace_transcript_chunks($1, '[{"text": "What was said."}]');
