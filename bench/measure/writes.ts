import type pg from 'pg';
import { random, uuid } from '../../spec/legacy/random.ts';
import { passage } from '../../spec/legacy/words.ts';
import { become } from '../../src/access/statements.ts';
import { withClient } from '../../src/database/connect.ts';
import type { Pair } from '../data/databases.ts';
import { chunksPerVideo, type Scale } from '../data/scale.ts';
import { textOf, vectorSpace } from '../data/vectors.ts';
import { quantile, rounded } from '../report/statistics.ts';
import { onOneProcessor } from './processor.ts';
import { measureQueue, type QueueResult } from './queue.ts';
import type { Who } from './session.ts';

/** What it takes to write one row of a kind, before and now. */
export interface WriteResult {
  readonly what: string;
  /** How many rows were written, on each side. */
  readonly rows: number;
  readonly legacy: Written;
  readonly target: Written;
}

/** For one row: ms as the client sees them, and bytes of WAL. Of many statements the median, so that a vacuum beside them does not count. */
export interface Written {
  readonly ms: number;
  readonly wal: number;
}

export interface Writes {
  readonly rows: readonly WriteResult[];
  readonly queue: readonly QueueResult[];
}

/** A channel of 5,000 chunks: the transcripts of so many videos. */
const VIDEOS = 200;
/** Of them, how many are written again, with other chunks. */
const AGAIN = 50;
const MESSAGES = 500;
const CHANNEL = 'UCwritten-by-bench';

const service: Who = {
  role: 'service_role',
  settings: { 'request.jwt.claims': '{"role":"service_role"}' },
};
const signedIn = (id: string): Who => ({
  role: 'authenticated',
  settings: { 'request.jwt.claims': JSON.stringify({ sub: id, role: 'authenticated' }) },
});
/** Of bench/target/new-tables.sql. */
const admin = signedIn('00000000-0000-4000-8000-00000000aaa4');

type Side = 'legacy' | 'target';
type Clients = Readonly<Record<Side, pg.Client>>;

/**
 * Writes what the app writes, committed, row for row the same on both sides and in turn: the transcripts of a channel, the
 * queue that they come from, messages, and the deletion of it all. In the end both databases hold what they held.
 */
export async function measureWrites(pair: Pair, tell: (what: string) => void): Promise<Writes> {
  return withClient(pair.legacy, (legacy) =>
    withClient(pair.target, async (target) => {
      const clients = { legacy, target };
      await forget(clients);
      tell('writes: a channel of 5,000 chunks');
      const ids = await makeChannel(clients, pair.scale);
      try {
        const written = await onOneProcessor([legacy, target], tell, async () => [
          await ingest(clients, pair.scale, ids, VIDEOS, 'chunk with its embedding, new'),
          await ingest(clients, pair.scale, ids, AGAIN, 'chunk with its embedding, in place of another'),
          await sendMessages(clients),
        ]);
        tell('writes: the queue of transcripts');
        const queue = await measureQueue(pair.target, target, ids[0]?.channel ?? '');
        tell('writes: the channel is deleted');
        return { rows: [...written, await deleteChannel(clients)], queue };
      } finally {
        await forget(clients);
        for (const client of [legacy, target]) await client.query('vacuum (analyze)');
      }
    }),
  );
}

interface Ids {
  readonly channel: string;
  readonly transcript: string;
  readonly video: string;
}

async function makeChannel({ legacy, target }: Clients, { plan }: Scale): Promise<Ids[]> {
  const ids = Array.from({ length: VIDEOS }, (_, video) => ({
    channel: uuid(plan.seed, 'written channel', 0),
    transcript: uuid(plan.seed, 'written transcript', video),
    video: `written-${video}`,
  }));
  const videos = ids.map(({ video }) => video);
  const channel = [CHANNEL, 'Written', `https://www.youtube.com/channel/${CHANNEL}`];
  await legacy.query('insert into channels (channel_id, channel_name, channel_url) values ($1, $2, $3)', channel);
  await legacy.query(
    'insert into videos (video_id, channel_id, title) select video, $1, video from unnest($2::text[]) video',
    [CHANNEL, videos],
  );
  await target.query(
    'insert into public.channels (id, youtube_channel_id, channel_name, channel_url) values ($1, $2, $3, $4)',
    [ids[0]?.channel, ...channel],
  );
  await target.query(
    `with made as (
       insert into public.videos (channel_id, youtube_video_id, title) select $1, video, video from unnest($2::text[]) video
       returning id, youtube_video_id
     )
     insert into public.transcripts (id, channel_id, video_id)
     select given.id, $1, made.id from unnest($2::text[], $3::uuid[]) given (video, id) join made on made.youtube_video_id = given.video`,
    [ids[0]?.channel, videos, ids.map(({ transcript }) => transcript)],
  );
  return ids;
}

/** One transcript a call, as the pipeline does: legacy by two requests, which is what the app sent. */
async function ingest(
  clients: Clients,
  { plan }: Scale,
  ids: readonly Ids[],
  videos: number,
  what: string,
): Promise<WriteResult> {
  const space = vectorSpace(plan.seed);
  const taken = { legacy: [] as Taken[], target: [] as Taken[] };
  await as(clients, service);
  for (const [at, { transcript, video }] of ids.slice(0, videos).entries()) {
    const chunks = JSON.stringify(
      Array.from({ length: chunksPerVideo }, (_, chunk) => ({
        chunk_index: chunk,
        text: passage(random(plan.seed, `${what} of ${video}`, chunk), 4),
        start_time: chunk * 42.5,
        end_time: chunk * 42.5 + 42.25,
        embedding: textOf(space.aligned(plan.size.channels + at, what.length * 1_000 + chunk)),
      })),
    );
    await inTurn(at, taken, {
      legacy: () =>
        take(clients.legacy, async (client) => {
          await client.query('delete from transcript_chunks where video_id = $1', [video]);
          await client.query(
            `insert into transcript_chunks (video_id, channel_id, chunk_index, text, start_time, end_time, embedding, embedding_status)
             select $1, $2, given.chunk_index, given.text, given.start_time, given.end_time, given.embedding, 'completed'
             from jsonb_to_recordset($3) given (chunk_index int, text text, start_time real, end_time real, embedding vector(1536))`,
            [video, CHANNEL, chunks],
          );
        }),
      target: () =>
        take(clients.target, (client) =>
          client.query('select public.replace_transcript_chunks($1, $2)', [transcript, chunks]),
        ),
    });
  }
  return resultOf(what, taken, chunksPerVideo);
}

async function sendMessages(clients: Clients): Promise<WriteResult> {
  await as(clients);
  const { rows } = await clients.target.query<{ id: string; user: string }>(
    'select id, user_id as user from public.chat_sessions order by md5(id::text) limit 1',
  );
  const { id: session, user } = rows[0] ?? { id: '', user: '' };
  const taken = { legacy: [] as Taken[], target: [] as Taken[] };
  const sent: Record<Side, string[]> = { legacy: [], target: [] };
  await as(clients, signedIn(user));
  for (let at = 0; at < MESSAGES; at++) {
    const send = (side: Side) => () =>
      take(clients[side], async (client) => {
        const { rows: made } = await client.query<{ id: string }>(
          `insert into chat_messages (session_id, role, content) values ($1, 'user', $2) returning id`,
          [session, passage(random(at, 'written message', 0), 3)],
        );
        sent[side].push(made[0]?.id ?? '');
      });
    await inTurn(at, taken, { legacy: send('legacy'), target: send('target') });
  }
  await as(clients);
  for (const side of ['legacy', 'target'] as const)
    await clients[side].query('delete from public.chat_messages where id = any ($1)', [sent[side]]);
  return resultOf('message', taken, 1);
}

/** By chunk: of all that goes with a channel they are the most. */
async function deleteChannel(clients: Clients): Promise<WriteResult> {
  await as(clients, service);
  const legacy = await take(clients.legacy, (client) =>
    client.query('delete from channels where channel_id = $1', [CHANNEL]),
  );
  await as(clients, admin);
  const target = await take(clients.target, (client) =>
    client.query('delete from public.channels where youtube_channel_id = $1', [CHANNEL]),
  );
  await as(clients);
  return resultOf('chunk deleted with its channel', { legacy: [legacy], target: [target] }, VIDEOS * chunksPerVideo);
}

async function forget(clients: Clients): Promise<void> {
  await as(clients);
  await clients.legacy.query('delete from channels where channel_id = $1', [CHANNEL]);
  await clients.target.query('delete from public.channels where youtube_channel_id = $1', [CHANNEL]);
}

/** Both connections as somebody until they are somebody else; as their own user when nobody is named. */
async function as(clients: Clients, who?: Who): Promise<void> {
  for (const client of [clients.legacy, clients.target]) {
    await client.query('reset role; reset all');
    if (who?.role)
      await client.query(
        become({ role: who.role, settings: who.settings })
          .join(' ')
          .replace('set local', 'set')
          .replaceAll(', true)', ', false)'),
      );
  }
}

interface Taken {
  readonly ms: number;
  readonly wal: number;
}

async function take(client: pg.Client, work: (client: pg.Client) => Promise<unknown>): Promise<Taken> {
  const before = await position(client);
  const began = performance.now();
  await work(client);
  const ms = performance.now() - began;
  return { ms, wal: (await position(client)) - before };
}

async function position(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ at: string }>("select pg_current_wal_insert_lsn() - '0/0' as at");
  return Number(rows[0]?.at);
}

/** A B B A, as everywhere. */
async function inTurn(
  at: number,
  taken: Readonly<Record<Side, Taken[]>>,
  work: Readonly<Record<Side, () => Promise<Taken>>>,
): Promise<void> {
  for (const side of at % 2 === 0 ? (['legacy', 'target'] as const) : (['target', 'legacy'] as const))
    taken[side].push(await work[side]());
}

function resultOf(what: string, taken: Readonly<Record<Side, readonly Taken[]>>, rows: number): WriteResult {
  const of = (side: Side, key: keyof Taken): number =>
    rounded(
      quantile(
        taken[side].map((each) => each[key]),
        0.5,
      ) / rows,
    );
  const written = (side: Side): Written => ({ ms: of(side, 'ms'), wal: Math.round(of(side, 'wal')) });
  return { what, rows: rows * taken.target.length, legacy: written('legacy'), target: written('target') };
}
