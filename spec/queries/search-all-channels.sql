-- The passages of all channels that are closest to a question.
-- persona: owner
-- parameters: question extensions.halfvec(1536)
-- typical: select embedding as question from public.chunk_embeddings order by md5(chunk_id::text) limit 1
-- index: idx_chunk_embeddings_bits, chunk_embeddings_pkey, transcript_chunks_pkey, videos_pkey, channels_pkey
-- grows: public.chunk_embeddings, because a thousand lists at most hold them, and lists are gone through whole
-- pages: 20000
select * from public.search_all_transcript_chunks($1);
