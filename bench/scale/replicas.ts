import type pg from 'pg';
import config from '../../rolecall.config.ts';
import { personasOf } from '../../src/access/personas.ts';
import { rolledBack, withClient } from '../../src/database/connect.ts';
import { readQueries } from '../../src/plans/read.ts';
import { runQuery } from '../../src/plans/run.ts';
import { type Times, timesOf } from '../report/statistics.ts';
import { type Primary, startStandby } from './servers.ts';

/** How long a commit takes to be seen on the standby, and how many reads come before it, under one kind of writing. */
export interface Lag {
  readonly load: string;
  readonly commit: Times;
  /** Milliseconds from the commit until a read on the standby sees it. */
  readonly seen: Times;
  /** Of the reads that went to the standby at once after the commit, the share that did not see it. */
  readonly missed: number;
}

export interface ReplicaResults {
  readonly lags: readonly Lag[];
  /** Queries of the app that run on a standby, and those that write. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly failed: readonly string[];
  /** What becomes of a read of some seconds when the primary cleans up what it still sees. */
  readonly conflicts: Readonly<Record<'feedback off' | 'feedback on', string>>;
}

/** Makes a standby of a primary, and measures what an app that reads from it would meet. */
export async function measureReplicas(primary: Primary, tell: (what: string) => void): Promise<ReplicaResults> {
  await withClient(primary.url, (client) =>
    client.query(`create table if not exists public.probe (id bigint primary key, filler text);
      create table if not exists public.churn as select chunk_id, channel_id, embedding, bits from public.chunk_embeddings limit 0`),
  );
  tell('a standby');
  const standby = await startStandby(primary, ['max_standby_streaming_delay=500ms', 'wal_receiver_status_interval=1s']);
  try {
    const lags: Lag[] = [];
    for (const [load, writers, statement, synchronous] of LOADS) {
      tell(`lag: ${load}`);
      lags.push(await measureLag(primary.url, standby.url, load, { writers, statement, synchronous }));
    }
    tell("the app's queries on the standby");
    const ran = await runQueries(standby.url);
    tell('a long read, and what the primary cleans up');
    const off = await conflict(primary.url, standby.url);
    await withClient(standby.url, async (client) => {
      await client.query('alter system set hot_standby_feedback = on');
      await client.query('select pg_reload_conf()');
      await client.query('select pg_sleep(1.5)');
    });
    const on = await conflict(primary.url, standby.url);
    return { lags, ...ran, conflicts: { 'feedback off': off, 'feedback on': on } };
  } finally {
    await standby.stop();
  }
}

const MESSAGES = `insert into public.chat_messages (session_id, user_id, role, content)
  select id, user_id, 'user', repeat('a question ', 20) from public.chat_sessions order by random() limit 1`;
const INGESTION = `insert into public.churn select gen_random_uuid(), channel_id, embedding, bits from public.chunk_embeddings limit 500`;

const LOADS = [
  ['none', 0, '', 'on'],
  ['4 writers of messages', 4, MESSAGES, 'on'],
  ['ingestion, 500 vectors a transaction', 1, INGESTION, 'on'],
  ['4 writers, remote_apply', 4, MESSAGES, 'remote_apply'],
] as const;

interface Writing {
  readonly writers: number;
  readonly statement: string;
  readonly synchronous: string;
}

let probes = 0;

/** Commits a row and asks the standby for it at once, and again until it is there; for four seconds. */
async function measureLag(primary: string, standby: string, load: string, writing: Writing): Promise<Lag> {
  const commits: number[] = [];
  const seen: number[] = [];
  let missed = 0;
  let stopped = false;
  const write = (): Promise<void> =>
    withClient(primary, async (client) => {
      while (!stopped) await client.query(writing.statement);
    });
  const writers = Array.from({ length: writing.writers }, write);
  await withClient(primary, (writer) =>
    withClient(standby, async (reader) => {
      if (writing.synchronous === 'remote_apply') await synchronously(writer, true);
      const until = performance.now() + 4_000;
      while (performance.now() < until) {
        const id = ++probes;
        const began = performance.now();
        await writer.query('insert into public.probe (id) values ($1)', [id]);
        const committed = performance.now();
        commits.push(committed - began);
        let reads = 0;
        for (;;) {
          const { rowCount } = await reader.query('select from public.probe where id = $1', [id]);
          reads++;
          if (rowCount === 1) break;
        }
        if (reads > 1) missed++;
        seen.push(performance.now() - committed);
      }
      stopped = true;
      await Promise.all(writers);
      if (writing.synchronous === 'remote_apply') await synchronously(writer, false);
    }),
  );
  return { load, commit: timesOf(commits), seen: timesOf(seen), missed: missed / commits.length };
}

/** Whether a commit waits until the standby shows it. */
async function synchronously(client: pg.Client, on: boolean): Promise<void> {
  await client.query(`alter system set synchronous_standby_names = '${on ? '*' : ''}'`);
  await client.query('select pg_reload_conf()');
  await client.query(`set synchronous_commit = '${on ? 'remote_apply' : 'on'}'`);
  await client.query('select pg_sleep(0.2)');
}

/** Runs every query of the app on the standby, as its persona. */
async function runQueries(standby: string): Promise<Pick<ReplicaResults, 'reads' | 'writes' | 'failed'>> {
  const { queries: settings } = config;
  if (!settings) throw new Error('rolecall.config.ts names no queries.');
  const queries = await readQueries(settings, config);
  const outcome = { reads: [] as string[], writes: [] as string[], failed: [] as string[] };
  await withClient(standby, (client) =>
    rolledBack(client, async () => {
      for (const query of queries) {
        const { failures, runs } = await runQuery(client, query, personasOf(config), settings.caller);
        const wrote = failures.some(({ seen }) => /read-only transaction|during recovery/.test(seen));
        const to = wrote ? outcome.writes : runs.length > 0 ? outcome.reads : outcome.failed;
        to.push(query.name);
      }
    }),
  );
  return outcome;
}

/** A read that goes on for two seconds on the standby while the primary deletes and vacuums what it sees. */
async function conflict(primary: string, standby: string): Promise<string> {
  return withClient(primary, (writer) =>
    withClient(standby, async (reader) => {
      await writer.query(
        "insert into public.probe select n, 'x' from generate_series(1000000, 1020000) n on conflict do nothing",
      );
      await writer.query('select pg_sleep(0.5)');
      await reader.query('begin isolation level repeatable read');
      await reader.query('select count(*) from public.probe');
      await writer.query('select pg_sleep(1.5)');
      await writer.query('delete from public.probe where id >= 1000000');
      await writer.query('vacuum public.probe');
      try {
        await reader.query('select pg_sleep(2), count(*) from public.probe');
        await reader.query('commit');
        return 'the read ends well, and the rows stay on the primary until then';
      } catch (error) {
        return `the read is canceled: ${(error as pg.DatabaseError).message}`;
      }
    }),
  );
}
