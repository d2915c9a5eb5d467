import type pg from 'pg';
import type { Clients } from './queries.ts';

/** Bytes of tables with all that belongs to them, before and now. */
export interface DiskResult {
  readonly what: string;
  readonly legacy: number;
  readonly target: number;
}

const compared = [
  {
    what: 'chunks, vectors and their indexes',
    legacy: ['public.transcript_chunks'],
    target: ['public.transcript_chunks', 'public.chunk_embeddings'],
  },
  { what: 'messages and their indexes', legacy: ['public.chat_messages'], target: ['public.chat_messages'] },
] as const;

/** How much room the large tables take. */
export async function measureDisk(clients: Clients): Promise<DiskResult[]> {
  const results: DiskResult[] = [];
  for (const { what, legacy, target } of compared)
    results.push({
      what,
      legacy: await bytesOf(clients.legacy, legacy),
      target: await bytesOf(clients.target, target),
    });
  return results;
}

async function bytesOf(client: pg.Client, tables: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    'select sum(pg_total_relation_size(name::regclass)) as bytes from unnest($1::text[]) name',
    [tables],
  );
  return Number(rows[0]?.bytes);
}
