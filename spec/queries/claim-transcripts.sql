-- A worker takes the next transcripts to extract.
-- persona: service
-- parameters: count integer
-- typical: select 10 as count
-- heavy: select 100 as count
-- index: idx_transcripts_next_retry_at_created_at_partial
-- pages: 4000
select * from public.claim_transcripts($1);
