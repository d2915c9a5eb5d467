-- The passages of one channel that are closest to a question.
-- persona: owner
-- parameters: question extensions.halfvec(1536), channel_id uuid
-- typical: select embedding as question, channel_id from public.chunk_embeddings order by md5(chunk_id::text) limit 1
-- heavy: select embedding as question, channel_id from public.chunk_embeddings
--   where channel_id = (select channel_id from public.chunk_embeddings group by channel_id order by count(*) desc, channel_id limit 1)
--   limit 1
-- index: idx_chunk_embeddings_channel_id_chunk_id, transcript_chunks_pkey, videos_pkey
-- pages: 16000
select * from public.search_transcript_chunks($1, $2);
