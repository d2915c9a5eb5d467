-- No embedding is the zero vector, which is near to nothing: search would never find its chunk.
-- fix: Delete the embedding and set its chunk's embedding_status to pending, so that it is embedded again.
select embedded.chunk_id, embedded.channel_id
from public.chunk_embeddings embedded
-- The signs alone say it of most, and the index has them.
where embedded.bits = repeat('0', 1536)::bit(1536) and extensions.l2_norm(embedded.embedding) = 0;
