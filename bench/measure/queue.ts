import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { rounded } from '../report/statistics.ts';

/** How the queue of transcripts was emptied. */
export interface QueueResult {
  readonly workers: number;
  /** How many of them ended in the middle: in a transaction, or with what they had claimed. */
  readonly killed: number;
  readonly transcripts: number;
  readonly seconds: number;
  /** How many were finished more than once, and how many never. */
  readonly twice: number;
  readonly never: number;
}

/**
 * At once, and of them how many die. A channel has few transcripts for sixteen workers: they are queued as often as makes a
 * queue, and less often where a lease must lapse each time.
 */
const CREWS = [
  { workers: 1, killed: 0, rounds: 20 },
  { workers: 4, killed: 0, rounds: 20 },
  { workers: 16, killed: 0, rounds: 20 },
  { workers: 16, killed: 4, rounds: 3 },
] as const;
type Crew = (typeof CREWS)[number];
const BATCH = 10;
/** In seconds: how long others wait for what a dead worker had. */
const LEASE = 2;

const CLAIM = 'select transcript_id as id, leased_until::text as leased from public.claim_transcripts($1, $2)';
const FINISH = `update public.transcripts set extraction_status = 'completed', next_retry_at = null where id = $1 and next_retry_at = $2`;

/**
 * Has the transcripts of a channel claimed and finished by several crews of workers, again and again until none is left.
 * @param client the superuser's
 */
export async function measureQueue(url: string, client: pg.Client, channel: string): Promise<QueueResult[]> {
  await client.query('reset role; reset all');
  // Those of others wait until it is over.
  await client.query(
    `update public.transcripts set next_retry_at = 'infinity'
     where extraction_status in ('pending', 'processing') and next_retry_at is null and channel_id <> $1`,
    [channel],
  );
  try {
    const results: QueueResult[] = [];
    for (const crew of CREWS) results.push(await emptied(url, client, channel, crew));
    return results;
  } finally {
    await client.query(`update public.transcripts set next_retry_at = null where next_retry_at = 'infinity'`);
  }
}

async function emptied(url: string, client: pg.Client, channel: string, crew: Crew): Promise<QueueResult> {
  const { workers, killed, rounds } = crew;
  const all = { transcripts: 0, seconds: 0, twice: 0, never: 0 };
  for (let round = 0; round < rounds; round++) {
    const sessions = await Promise.all(Array.from({ length: workers }, () => worker(url)));
    const { rowCount } = await client.query(
      `update public.transcripts set extraction_status = 'pending', retry_count = 0, next_retry_at = null where channel_id = $1`,
      [channel],
    );
    const queued = rowCount ?? 0;
    const finished: string[] = [];
    const began = performance.now();
    await Promise.all(
      sessions.map(async (session, at) => {
        if (at < killed) await die(session, client, at);
        else await work(session, finished, queued);
      }),
    );
    all.seconds += (performance.now() - began) / 1_000;
    all.transcripts += queued;
    await Promise.all(sessions.map((session) => session.end().catch(() => {})));
    const each = new Set(finished).size;
    all.twice += finished.length - each;
    all.never += queued - each;
  }
  return { workers, killed, ...all, seconds: rounded(all.seconds) };
}

/** Claims and finishes until all of them are finished, or none has come for longer than any lease. */
async function work(session: pg.Client, finished: string[], queued: number): Promise<void> {
  let last = performance.now();
  while (finished.length < queued && performance.now() - last < 3 * LEASE * 1_000) {
    const { rows } = await session.query<{ id: string; leased: string }>(CLAIM, [BATCH, LEASE]);
    if (rows.length === 0) await setTimeout(5);
    else last = performance.now();
    for (const { id, leased } of rows)
      if ((await session.query(FINISH, [id, leased])).rowCount === 1) finished.push(id);
  }
}

async function worker(url: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: url });
  // One that is ended from outside is what some of them are for.
  session.on('error', () => {});
  await session.connect();
  await session.query(
    `set role service_role; select set_config('request.jwt.claims', '{"role":"service_role"}', false)`,
  );
  return session;
}

/** Every second one in the transaction in which it claims: then nobody need wait for its lease. */
async function die(session: pg.Client, client: pg.Client, at: number): Promise<void> {
  const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  if (at % 2 === 0) await session.query('begin');
  await session.query(CLAIM, [BATCH, LEASE]);
  await client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
}
