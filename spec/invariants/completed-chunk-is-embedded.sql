-- A chunk whose embedding_status is completed has an embedding, for chunks that no legacy database had.
-- fix: Set the chunk's embedding_status to pending, so that it is embedded again.
select chunk.id, chunk.channel_id
from public.transcript_chunks chunk
where chunk.embedding_status = 'completed'
  and chunk.created_at > coalesce((select max(move.moved_at) from private.legacy_moves move), '-infinity')
  and not exists (select from public.chunk_embeddings embedded where embedded.chunk_id = chunk.id);
