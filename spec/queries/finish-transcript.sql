-- A worker brings a transcript back.
-- persona: service
-- parameters: id uuid, leased_until timestamptz
-- typical: select id, coalesce(next_retry_at, now()) as leased_until from public.transcripts order by md5(video_id::text) limit 1
-- index: transcripts_pkey
-- pages: 20
update public.transcripts
set extraction_status = 'completed', full_text = 'What was said.', next_retry_at = null
where id = $1 and next_retry_at = $2;
