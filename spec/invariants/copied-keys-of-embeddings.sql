-- An embedding's channel is that of its chunk, which exists.
-- fix: Find what wrote around the foreign key to public.transcript_chunks; delete the embedding, or give it its chunk's channel.
select embedded.chunk_id, embedded.channel_id, chunk.channel_id as channel_of_chunk
from public.chunk_embeddings embedded
left join public.transcript_chunks chunk on chunk.id = embedded.chunk_id
where chunk.channel_id is distinct from embedded.channel_id;
