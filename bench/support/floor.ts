import type pg from 'pg';

/**
 * Rewrites what a migration moved once, with CREATE TABLE AS, and builds the indexes that the migrated database has, in
 * one transaction. Embeddings are cast on the way, as nothing else would be the same bytes.
 * @param client a database that was migrated
 */
export async function measureFloor(client: pg.Client): Promise<void> {
  await client.query("set maintenance_work_mem = '1GB'; set work_mem = '256MB'; set jit = off");
  await client.query('begin');
  await client.query('create schema floor');
  const { rows: tables } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'chunk_embeddings' and c.relpages > 0`,
  );
  for (const { name } of tables) await client.query(`create table floor.${name} as select * from public.${name}`);
  await client.query(
    `create table floor.chunk_embeddings as
     select e.chunk_id, e.channel_id, o.embedding::extensions.halfvec(1536) as embedding, e.bits
     from public.chunk_embeddings e join legacy.transcript_chunks o on o.id = e.chunk_id`,
  );
  const { rows: indexes } = await client.query<{ definition: string }>(
    `select replace(pg_get_indexdef(i.indexrelid), ' ON public.', ' ON floor.') as definition
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and to_regclass('floor.' || c.relname) is not null`,
  );
  for (const { definition } of indexes) await client.query(definition);
  await client.query('commit');
}
