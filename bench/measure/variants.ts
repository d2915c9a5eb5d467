import type pg from 'pg';
import { BenchError } from '../support/runs.ts';
import type { Clients } from './queries.ts';

/** A function of the schema with one thing changed, so that what is compared differs in nothing else. */
interface Variant {
  readonly of: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Legacy search without its index, which finds only some; and both ways of the new one, whatever the channel's size. */
const variants: Readonly<Record<keyof Clients, readonly Variant[]>> = {
  legacy: [
    {
      of: 'public.search_transcript_chunks',
      name: 'bench.search_exact',
      from: 'order by tc.embedding <=> query_embedding',
      to: 'order by (tc.embedding <=> query_embedding) + 0',
    },
  ],
  target: [
    {
      of: 'public.search_transcript_chunks',
      name: 'bench.search_whole',
      from: 'measured_whole constant integer := 3000',
      to: 'measured_whole constant integer := 2147483647',
    },
    {
      of: 'public.search_transcript_chunks',
      name: 'bench.search_bits',
      from: 'measured_whole constant integer := 3000',
      to: 'measured_whole constant integer := 0',
    },
  ],
};

/** Makes the variants, in a schema of their own. @throws BenchError when a function no longer says what is changed */
export async function makeVariants(clients: Clients): Promise<void> {
  for (const side of ['legacy', 'target'] as const) {
    await clients[side].query('create schema if not exists bench; grant usage on schema bench to authenticated');
    for (const variant of variants[side]) await make(clients[side], variant);
  }
}

async function make(client: pg.Client, { of, name, from, to }: Variant): Promise<void> {
  const { rows } = await client.query<{ definition: string }>('select pg_get_functiondef($1::regproc) as definition', [
    of,
  ]);
  const definition = rows[0]?.definition ?? '';
  if (!definition.includes(from))
    throw new BenchError(`${of} does not say \`${from}\`: correct bench/measure/variants.ts.`);
  await client.query(definition.replace(of, name).replace(from, to));
  await client.query(`grant execute on function ${name} to authenticated`);
}
