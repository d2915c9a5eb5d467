-- The passages of all channels that are closest to a question.
-- persona: owner
-- parameters: question extensions.halfvec(1536)
-- typical: select embedding as question from public.chunk_embeddings order by md5(chunk_id::text) limit 1
-- scan: public.chunk_embeddings, because it measures every passage there is
-- pages: 600000
select * from public.search_all_transcript_chunks($1);
