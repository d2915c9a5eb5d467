import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { withClient } from '../../src/database/connect.ts';
import { sizes } from '../data/scale.ts';
import type { Results } from '../report/results.ts';
import { ROOT } from '../support/project.ts';

/** Bytes with indexes, and what a query takes of one core, measured. */
export interface Measured {
  readonly bytesPerChunk: number;
  /** Of a chunk, what a search reads: the index of its channel, and the vectors that are measured. */
  readonly hotPerChunk: number;
  readonly bytesPerMessage: number;
  /** To make the index of all channels, in ms. */
  readonly buildPerChunk: number;
  readonly chunksPerChannel: number;
  readonly messagesPerUser: number;
  /** Milliseconds of one core for a query of the mix. */
  readonly coreMilliseconds: number;
  readonly source: string;
}

/** A machine that can be had, as an assumption. */
export interface Machine {
  readonly name: string;
  readonly cores: number;
  readonly gigabytes: number;
  readonly disk: number;
}

/** When a step is due. */
export interface Step {
  readonly step: string;
  readonly why: string;
  readonly chunks: number | null;
  readonly channels: number | null;
  readonly users: number | null;
  readonly queries: number | null;
}

export interface ModelResults {
  readonly measured: Measured;
  readonly assumptions: readonly string[];
  readonly steps: readonly Step[];
}

const SMALL: Machine = { name: 'a small machine', cores: 2, gigabytes: 8, disk: 100 };
const LARGE: Machine = { name: 'a large machine', cores: 64, gigabytes: 512, disk: 8_000 };
/** Half of it busy: the rest is for peaks, vacuum and backups. */
const BUSY = 0.5;
/** The share of memory that holds what searches read. */
const CACHE = 0.6;
/** What the index of all channels may take to be made anew, in seconds: those who write embeddings wait for it. */
const BUILD = 3_600;

/** Says from bytes and times that were measured when each step is due. */
export async function modelOf(url: string): Promise<ModelResults> {
  const measured = await measure(url);
  const { hotPerChunk, bytesPerChunk, bytesPerMessage, chunksPerChannel, messagesPerUser, coreMilliseconds } = measured;
  const fitting = ({ gigabytes }: Machine): number => (gigabytes * CACHE * 1024 ** 3) / hotPerChunk;
  const rate = ({ cores }: Machine): number => (cores * BUSY * 1000) / coreMilliseconds;
  const usersOn = ({ disk }: Machine): number => (disk * BUSY * 1e9) / (messagesPerUser * bytesPerMessage);
  const step = (
    name: string,
    why: string,
    chunks: number | null,
    users: number | null,
    queries: number | null,
  ): Step => ({
    step: name,
    why,
    chunks,
    channels: chunks === null ? null : chunks / chunksPerChannel,
    users,
    queries,
  });
  const built = (BUILD * 1_000) / measured.buildPerChunk;
  const stored = (LARGE.disk * BUSY * 1e9) / bytesPerChunk;
  return {
    measured,
    assumptions: [
      `${SMALL.name}: ${SMALL.cores} cores, ${SMALL.gigabytes} GB; ${LARGE.name}: ${LARGE.cores} cores, ${LARGE.gigabytes} GB, ${LARGE.disk / 1000} TB`,
      `at most ${BUSY * 100} % of cores and disk in use; ${CACHE * 100} % of memory for what searches read; cores add up`,
      'queries are those of the mixed load of `npm run bench`, in its proportions',
    ],
    steps: [
      step(
        'a bigger machine',
        `${SMALL.name} has no more memory, disk or cores`,
        fitting(SMALL),
        usersOn(SMALL),
        rate(SMALL),
      ),
      step('read replicas', `${LARGE.name} has no more cores`, null, null, rate(LARGE)),
      step('partitions', 'rebuilding the index of all channels takes an hour', built, null, null),
      step('Citus', `${LARGE.name} has no more memory or disk`, Math.min(fitting(LARGE), stored), usersOn(LARGE), null),
    ],
  };
}

async function measure(url: string): Promise<Measured> {
  const bytes = await withClient(url, async (client) => {
    const { rows } = await client.query<
      Record<'chunks' | 'messages' | 'channels' | 'users' | 'all' | 'hot' | 'written', string>
    >(
      `select (select count(*) from public.transcript_chunks) as chunks, (select count(*) from public.chat_messages) as messages,
         (select count(distinct channel_id) from public.transcript_chunks) as channels, (select count(*) from public.profiles) as users,
         pg_total_relation_size('public.transcript_chunks') + pg_total_relation_size('public.chunk_embeddings') as "all",
         pg_table_size('public.chunk_embeddings') + pg_relation_size('public.idx_chunk_embeddings_channel_id_chunk_id') as hot,
         pg_total_relation_size('public.chat_messages') as written`,
    );
    return rows[0] && { ...rows[0], built: await buildOf(client) };
  });
  if (!bytes || bytes.chunks === '0') throw new Error('There are no chunks to measure.');
  const figure = (key: keyof typeof bytes): number => Number(bytes[key]);
  return {
    bytesPerChunk: figure('all') / figure('chunks'),
    hotPerChunk: figure('hot') / figure('chunks'),
    bytesPerMessage: figure('written') / figure('messages'),
    buildPerChunk: figure('built') / figure('chunks'),
    chunksPerChannel: figure('chunks') / figure('channels'),
    messagesPerUser: figure('messages') / figure('users'),
    ...(await timeOfQuery()),
  };
}

/** How long it takes to make the index of all channels once more, in ms; it is not kept. */
async function buildOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ lists: number }>(
    'select private.fitting_lists(count(*)) as lists from public.chunk_embeddings',
  );
  const began = performance.now();
  await client.query(`
    begin;
    set local maintenance_work_mem = '256MB';
    create index on public.chunk_embeddings using ivfflat (bits extensions.bit_hamming_ops) with (lists = ${rows[0]?.lists ?? 1})`);
  const took = performance.now() - began;
  await client.query('rollback');
  return took;
}

/** From the figures that the benchmark wrote, of the largest size that was measured: the mixed load that kept its cores busy. */
async function timeOfQuery(): Promise<Pick<Measured, 'coreMilliseconds' | 'source'>> {
  for (const size of sizes.toReversed()) {
    const path = join('docs', 'performance', `${size}.json`);
    const text = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const { load, machine } = JSON.parse(text) as Results;
    const [best] = load.toSorted((a, b) => b.target.tps - a.target.tps);
    if (best)
      return { coreMilliseconds: (machine.cores * 1000) / best.target.tps, source: `${path}, ${best.clients} clients` };
  }
  throw new Error('docs/performance has no figures of the mixed load. Write them: npm run bench -- --write');
}
