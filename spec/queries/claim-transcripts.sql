-- A worker takes the next transcripts to extract.
-- persona: service
-- parameters: count integer
-- typical: select 10 as count
-- heavy: select 100 as count
-- scan: public.transcripts, because clock_timestamp() is volatile and so never an index condition
-- pages: 6000
select * from public.claim_transcripts($1);
