import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { textOf, vectorSpace } from '../../../bench/data/vectors.ts';
import { onRealServer } from '../../support/databases.ts';
import { untilWaiting } from '../../support/waiting.ts';
import { enlarge, inAll, inChannel } from './search-support.ts';
import { type App, freshApp, type Row, together, withSessions } from './support.ts';

const space = vectorSpace(7);
const perVideo = 25;
/** Chunks of the channel that is searched, and of another one in which what `cross` asks for may be. */
const sizes = process.env.ROLECALL_TEST_REAL === '1' ? [3_200, 1_000] : [450, 150];

let app: App;
let user: string;
let channels: string[];
/** What the first channel holds, as the server keeps it: in half precision. */
const embedded: { readonly text: string; readonly vector: readonly number[] }[] = [];

beforeAll(async () => {
  app = await freshApp();
  user = await app.user();
  channels = await app.channels(sizes.length);
  for (const [index, size] of sizes.entries()) await fill(index, size);
  await app.sql('analyze public.chunk_embeddings');
});
// Sizes of channels are written directly.
afterAll(() => app?.dropChanged());

/** A transcript for each video, its chunks named by video and number. */
async function fill(index: number, size: number): Promise<void> {
  const channel = channels[index] as string;
  for (let video = index * 1_000; video < index * 1_000 + size / perVideo; video++) {
    const transcript = await app.transcript(channel);
    const chunks = Array.from({ length: perVideo }, (_, chunk) => {
      const vector = [...space.chunk(index, video, chunk)].map(Math.f16round);
      if (index === 0) embedded.push({ text: `${video}/${chunk}`, vector });
      return { text: `${video}/${chunk}`, embedding: vector };
    });
    await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [transcript, JSON.stringify(chunks)]);
  }
}

const questions = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((number) => [space.aligned(0, number), space.cross(0, number)]);

/** The similarities of the nearest, best first, by going through all. */
function bruteForce(question: Float32Array, count: number): number[] {
  const rounded = [...question].map(Math.f16round);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
  const length = Math.sqrt(dot(rounded, rounded));
  return embedded
    .map(({ vector }) => dot(vector, rounded) / Math.sqrt(dot(vector, vector)) / length)
    .toSorted((a, b) => b - a)
    .slice(0, count);
}

const similarities = (rows: readonly Row[]) => rows.map((row) => row.similarity as number);

/** The share of what was found that belongs there, and that the server's arithmetic does not decide. */
function recall(found: readonly number[], exact: readonly number[]): number {
  const last = (exact.at(-1) as number) - 1e-5;
  return found.filter((similarity) => similarity >= last).length / exact.length;
}

test('a channel that is measured whole gives exactly the nearest, in their order', async () => {
  await app.sql('update public.channels set chunk_count = 0 where id = $1', [channels[0]]);
  for (const question of questions) {
    const found = await app.as({ user }, inChannel, [textOf(question), channels[0], -1, 50]);
    expect(similarities(found)).toEqual(bruteForce(question, 50).map((similarity) => expect.closeTo(similarity, 4)));
  }
});

test('a large channel gives at least 99 of 100 of them', async () => {
  await enlarge(app, channels[0] as string);
  for (const count of [10, 50, 200]) {
    const recalls: number[] = [];
    for (const question of questions) {
      const found = await app.as({ user }, inChannel, [textOf(question), channels[0], -1, count]);
      expect(similarities(found)).toEqual(similarities(found).toSorted((a, b) => b - a));
      recalls.push(recall(similarities(found), bruteForce(question, count)));
    }
    expect(recalls.reduce((sum, each) => sum + each) / recalls.length).toBeGreaterThanOrEqual(0.99);
  }
});

/** How many lists the index of all channels has, and which file it is. */
const index = () =>
  app.sql(
    `select reloptions, relfilenode, indisvalid as valid from pg_class join pg_index on indexrelid = oid
     where oid = 'public.idx_chunk_embeddings_bits'::regclass`,
  );
const retrain = 'select public.retrain_search_index($1) as lists';

// An index that was made before there were rows, and one with a list for each 400, which only larger ones have.
const fitting = Math.round(sizes.reduce((sum, size) => sum + size) / 400);
test.each([
  ['an index with one list', null, 1],
  ['an index that was retrained', fitting, fitting],
])('over all channels it gives what the channels give, by %s', async (_, given, lists) => {
  expect(await app.as('service', retrain, [given])).toEqual([{ lists }]);
  expect(await index()).toEqual([{ reloptions: [`lists=${lists}`], relfilenode: expect.any(Number), valid: true }]);
  await app.sql('update public.channels set chunk_count = 0 where id = any ($1)', [channels]);
  await app.sql('set enable_seqscan = off; set enable_sort = off');
  const recalls: number[] = [];
  for (const question of questions) {
    const each = await Promise.all(channels.map((channel) => app.sql(inChannel, [textOf(question), channel, -1, 10])));
    const exact = similarities(each.flat())
      .toSorted((a, b) => b - a)
      .slice(0, 10);
    recalls.push(recall(similarities(await app.as({ user }, inAll, [textOf(question), -1, 10])), exact));
  }
  await app.sql('reset enable_seqscan; reset enable_sort');
  expect(recalls.reduce((sum, each) => sum + each) / recalls.length).toBeGreaterThanOrEqual(0.99);
});

test('an index with as many lists as its rows need is left as it is, and one with too many is made anew', async () => {
  await app.as('service', retrain, [1]);
  const [before] = await index();
  expect(await app.as('service', retrain, [null])).toEqual([{ lists: 1 }]);
  expect(await index()).toEqual([before]);
  await app.as('service', retrain, [3]);
  expect(await app.as('service', retrain, [null])).toEqual([{ lists: 1 }]);
  expect(await index()).not.toEqual([before]);
});

onRealServer('two who make it anew at once do so one after the other, and leave one index', async () => {
  const [first, second] = await together(app, 2, 'service', (session, at) =>
    session.query(retrain, [at + 5]).then(({ rows }) => rows),
  );
  expect([first, second]).toEqual([[{ lists: 5 }], [{ lists: 6 }]]);
  const [now] = await index();
  expect([['lists=5'], ['lists=6']]).toContainEqual(now?.reloptions);
  expect(await app.sql("select count(*)::int as left from pg_class where relname ~ '_retrained$'")).toEqual([
    { left: 0 },
  ]);
  expect(await app.as({ user }, inAll, [textOf(space.aligned(0, 1)), -1, 10])).toHaveLength(10);
});

onRealServer('who has read embeddings and waits to write them goes on, and it is made anew after that', async () => {
  const fitting = await readFile('migrations/fixtures/functions/fitting_lists.sql', 'utf8');
  // It waits here, after it has locked the table and before it replaces the index.
  await app.sql(`create or replace function private.fitting_lists(p_rows bigint) returns integer language plpgsql as
    'begin perform pg_advisory_xact_lock_shared(1); return 40; end'`);
  const made = await withSessions(app, 3, 'service', async (sessions) => {
    const [holder, writer, maker] = sessions as [pg.Client, pg.Client, pg.Client];
    await holder.query('select pg_advisory_lock(1)');
    await writer.query('begin; select from public.chunk_embeddings limit 1');
    const making = maker.query(retrain, [null]).then(({ rows }) => rows);
    await untilWaiting(holder);
    const written = writer.query('delete from public.chunk_embeddings where false; commit');
    await untilWaiting(holder, { many: 2 });
    await holder.query('select pg_advisory_unlock(1)');
    await written;
    return making;
  });
  await app.sql(fitting);
  expect(made).toEqual([{ lists: 40 }]);
  expect((await index())[0]?.reloptions).toEqual(['lists=40']);
});

test('as many lists as fit: one for few rows, one for each 400 of many, a thousand at most', async () => {
  const rows = [0, 19_999, 20_000, 100_000, 1_000_000];
  expect(await app.sql('select private.fitting_lists(rows) as lists from unnest($1::bigint[]) rows', [rows])).toEqual(
    [1, 1, 50, 250, 1_000].map((lists) => ({ lists })),
  );
});

test('over all channels it gives as many as are asked for, though the lists that it goes through first hold fewer', async () => {
  await app.sql(`begin; set local enable_seqscan = off; set local enable_sort = off;
    delete from public.chunk_embeddings where chunk_id not in (select chunk_id from public.chunk_embeddings limit 300)`);
  await app.sql('select private.retrain_search_index(1000)');
  const found = await app.sql(inAll, [textOf(space.aligned(0, 1)), -1, 200]);
  await app.sql('rollback');
  expect(found).toHaveLength(200);
});

test('whoever dropped the index gets none, and the search goes through all', async () => {
  await app.sql('begin; drop index public.idx_chunk_embeddings_bits');
  const none = await app.sql(retrain, [null]);
  const found = await app.sql(inAll, [textOf(space.aligned(0, 1)), -1, 10]);
  await app.sql('rollback');
  expect([none, found.length]).toEqual([[{ lists: null }], 10]);
});

/** Which indexes of the embeddings were scanned while the user asked. */
async function scanned(text: string, values: readonly unknown[], settings: string): Promise<string[]> {
  await app.sql('begin');
  try {
    await app.sql(settings);
    const before = await scansOfIndexes();
    await app.sql(`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)`, [
      JSON.stringify({ sub: user, role: 'authenticated' }),
    ]);
    await app.sql(text, values);
    await app.sql('reset role');
    const after = await scansOfIndexes();
    return [...after.keys()].filter((name) => after.get(name) !== before.get(name)).toSorted();
  } finally {
    await app.sql('rollback');
  }
}

/** By the counters of this session. */
async function scansOfIndexes(): Promise<Map<string, number>> {
  const rows = await app.sql(
    `select relname as name, pg_stat_get_xact_numscans(oid)::integer as scans from pg_class
     where oid in (select indexrelid from pg_index where indrelid = 'public.chunk_embeddings'::regclass)`,
  );
  return new Map(rows.map(({ name, scans }) => [name as string, scans as number]));
}

const primary = 'chunk_embeddings_pkey';
const ofChannel = 'idx_chunk_embeddings_channel_id_chunk_id';
const ofBits = 'idx_chunk_embeddings_bits';
// So few rows are read faster without any index.
const asIfLarge = 'set local enable_seqscan = off';
// And are sorted faster than found in order.
const inOrder = `${asIfLarge}; set local enable_sort = off`;

test('search in one channel reads the index of channels, and never the one of all bits', async () => {
  await app.sql('vacuum analyze public.chunk_embeddings');
  const values = [textOf(space.aligned(1, 1)), channels[1], -1, 10];
  expect(await scanned(inChannel, values, asIfLarge)).toEqual([ofChannel]);
  await enlarge(app, channels[1] as string);
  expect(await scanned(inChannel, values, inOrder)).toEqual([primary, ofChannel]);
});

test('search over all channels goes by the index of bits', async () => {
  const values = [textOf(space.aligned(0, 1)), -1, 10];
  expect(await scanned(inAll, values, inOrder)).toEqual([primary, ofBits]);
});
