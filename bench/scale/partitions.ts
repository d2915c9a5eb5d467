import type pg from 'pg';
import { rolledBack, withClient } from '../../src/database/connect.ts';
import { type Times, timesOf } from '../report/statistics.ts';

/** What one way to keep the vectors costs. */
export interface Layout {
  /** 0 for a table without partitions. */
  readonly partitions: number;
  /** Search in one channel: every vector measured, and by bits. */
  readonly exact: Times;
  readonly bits: Times;
  /** Search in all channels, by the index on the bits of each partition. */
  readonly all: Times;
  /** Planning of a search, in ms: a plan for any channel has all partitions. */
  readonly planning: Times;
  /** Insert of 100 vectors of one channel; delete of a channel. */
  readonly insert: Times;
  readonly remove: Times;
  readonly megabytes: number;
}

export interface PartitionResults {
  readonly vectors: number;
  readonly channels: number;
  readonly layouts: readonly Layout[];
}

const COUNTS = [0, 8, 16];
const RUNS = 15;

/** Keeps the vectors of a database in one table, and in partitions by the hash of the channel, and measures both. */
export async function measurePartitions(url: string, tell: (what: string) => void): Promise<PartitionResults> {
  return withClient(url, async (client) => {
    await client.query("set search_path = public, extensions; set jit = off; set maintenance_work_mem = '512MB'");
    const { rows } = await client.query<{ id: string }>(
      'select channel_id as id from public.chunk_embeddings group by 1 order by count(*) desc, 1',
    );
    const channels = rows.map(({ id }) => id);
    const { rows: counted } = await client.query<{ vectors: string }>(
      'select count(*) as vectors from public.chunk_embeddings',
    );
    for (const count of COUNTS) {
      tell(`the vectors in ${count || 'no'} partitions`);
      await make(client, count);
    }
    const layouts: Layout[] = [];
    for (const count of COUNTS) {
      tell(`measured: ${count || 'no'} partitions`);
      layouts.push(await measure(client, count, channels));
    }
    return { vectors: Number(counted[0]?.vectors), channels: channels.length, layouts };
  });
}

const nameOf = (count: number): string => `public.vectors_${count}`;

async function make(client: pg.Client, count: number): Promise<void> {
  const name = nameOf(count);
  const partitioned = count > 0 ? 'partition by hash (channel_id)' : '';
  await client.query(
    `create table ${name} (like public.chunk_embeddings including storage including generated) ${partitioned}`,
  );
  for (let part = 0; part < count; part++)
    await client.query(
      `create table ${name}_${part} partition of ${name} for values with (modulus ${count}, remainder ${part})`,
    );
  await client.query(`insert into ${name} (chunk_id, channel_id, embedding)
    select chunk_id, channel_id, embedding from public.chunk_embeddings order by channel_id, chunk_id`);
  // A primary key of a partitioned table has its column in it.
  await client.query(`alter table ${name} add primary key (chunk_id, channel_id)`);
  await client.query(`create index on ${name} (channel_id, chunk_id) include (bits)`);
  const { rows: fitting } = await client.query<{ lists: number }>(
    `select private.fitting_lists(count(*) / ${Math.max(1, count)}) as lists from ${name}`,
  );
  const lists = fitting[0]?.lists;
  await client.query(`create index on ${name} using ivfflat (bits bit_hamming_ops) with (lists = ${lists})`);
  await client.query(`vacuum (analyze) ${name}`);
}

async function measure(client: pg.Client, count: number, channels: readonly string[]): Promise<Layout> {
  const name = nameOf(count);
  const large = channels.slice(0, RUNS);
  const question = `(select embedding from ${name} where channel_id = $1 limit 1)`;
  const exact = `select chunk_id from ${name} where channel_id = $1 order by embedding <=> ${question} limit 10`;
  const bits = `select chunk_id from ${name} where channel_id = $1
    order by (bits <~> binary_quantize(${question})) + 0 limit 200`;
  const all = `select chunk_id from ${name} order by bits <~> (select binary_quantize(embedding)::bit(1536) from ${name} where channel_id = $1 limit 1) limit 200`;
  const insert = `insert into ${name} (chunk_id, channel_id, embedding)
    select gen_random_uuid(), channel_id, embedding from ${name} where channel_id = $1 limit 100`;
  const { rows } = await client.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(oid)) as bytes from pg_class
      where oid = '${name}'::regclass or oid in (select relid from pg_partition_tree('${name}'))`,
  );
  return {
    partitions: count,
    exact: await times(client, exact, large),
    bits: await times(client, bits, large),
    all: await times(client, all, large),
    planning: await planning(client, exact, large),
    insert: await times(client, insert, large),
    remove: await times(client, `delete from ${name} where channel_id = $1`, large),
    megabytes: Number(rows[0]?.bytes) / 1024 ** 2,
  };
}

/** Each in a transaction that is rolled back; the first time is not counted. */
async function times(client: pg.Client, sql: string, channels: readonly string[]): Promise<Times> {
  const taken: number[] = [];
  for (const channel of [channels[0], ...channels]) {
    await rolledBack(client, async () => {
      const began = performance.now();
      await client.query(sql, [channel]);
      taken.push(performance.now() - began);
    });
  }
  return timesOf(taken.slice(1));
}

/** As a generic plan is made: for any channel. */
async function planning(client: pg.Client, sql: string, channels: readonly string[]): Promise<Times> {
  const taken: number[] = [];
  for (const _ of channels) {
    await client.query(`set plan_cache_mode = force_generic_plan; prepare planned (uuid) as ${sql}`);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ 'Planning Time': number }] }>(
      `explain (summary, format json) execute planned ('${channels[0]}')`,
    );
    taken.push(rows[0]?.['QUERY PLAN'][0]['Planning Time'] ?? Number.NaN);
    await client.query('deallocate planned; reset plan_cache_mode');
  }
  return timesOf(taken);
}
