import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enlarge, inAll, inChannel, vector, write } from './search-support.ts';
import { type App, freshApp } from './support.ts';

const near = vector(1);
const offsets = [0, 0.2, 0.5, 1, 3];

let app: App;
let user: string;
/** The same chunks, searched as a small channel's and as a large one's. */
let small: string;
let large: string;
beforeAll(async () => {
  app = await freshApp();
  user = await app.user();
  [small, large] = (await app.channels(2)) as [string, string];
  for (const [index, channel] of [small, large].entries()) {
    const chunks = offsets.map((off) => ({
      text: `channel ${index}, off by ${off}`,
      start_time: off,
      end_time: off + 1,
      embedding: vector(1, off + index / 20),
    }));
    await write(app, channel, [...chunks, { text: 'zero', embedding: vector() }, { text: 'none' }]);
  }
  await enlarge(app, large);
});
// Sizes of channels are written directly.
afterAll(() => app?.dropChanged());

const search = (...values: readonly unknown[]) => app.as({ user }, inChannel, values);
const texts = (rows: readonly { text?: unknown }[]) => rows.map(({ text }) => text);

describe.each([
  ['measured whole', 0, () => small],
  ['found by bits', 1, () => large],
])('search in one channel, %s', (_, index, channel) => {
  test('finds the nearest, best first, with the video', async () => {
    const rows = await search(near, channel(), 0.5, 3);
    expect(texts(rows)).toEqual([0, 0.2, 0.5].map((off) => `channel ${index}, off by ${off}`));
    expect(rows.map((row) => row.similarity as number)).toEqual(
      [0, 0.2, 0.5].map((off) => expect.closeTo(1 / Math.hypot(1, off + index / 20), 3)),
    );
    expect(rows[1]).toMatchObject({
      start_time: expect.closeTo(0.2),
      end_time: expect.closeTo(1.2),
      channel_id: channel(),
      chunk_index: 1,
      video_title: 'How to boil an egg',
      youtube_video_id: expect.any(String),
    });
  });

  test('leaves out what is not above the threshold, and whatever has no direction', async () => {
    expect(await search(near, channel(), 0.6, 100)).toHaveLength(4);
    expect(await search(near, channel(), -1, 100)).toHaveLength(5);
    expect(await search(near, channel(), 1, 100)).toEqual([]);
    expect(await search(vector(), channel(), -1, 100)).toEqual([]);
  });

  test('gives at least one and fills in what is null', async () => {
    for (const count of [1, 0, -5]) expect(await search(near, channel(), 0, count)).toHaveLength(1);
    expect(await search(near, channel(), -1, null)).toHaveLength(5);
    expect(await search(near, channel(), null, 100)).toEqual(await search(near, channel(), 0.15, 100));
    expect(await search(null, channel(), -1, 100)).toEqual([]);
    expect(await search(near, null, -1, 100)).toEqual([]);
  });

  test('refuses a question of another length', async () => {
    expect(await app.failure({ user }, inChannel, ['[1,2,3]', channel(), 0, 1])).toMatchObject({ code: '22026' });
  });

  test('is not for the signed-out', async () => {
    expect(await app.failure('anon', inChannel, [near, channel(), 0, 1])).toMatchObject({ code: '42501' });
  });
});

test('a channel without embeddings, or none at all, gives nothing', async () => {
  const [bare, large] = (await app.channels(2)) as [string, string];
  for (const channel of [bare, large]) await write(app, channel, [{ text: 'not embedded' }]);
  await enlarge(app, large);
  for (const channel of [bare, large, '00000000-0000-4000-8000-000000000bad'])
    expect(await search(near, channel, -1, 10)).toEqual([]);
});

describe('search over all channels', () => {
  const searchAll = (...values: readonly unknown[]) => app.as('service', inAll, values);

  test('finds the nearest of all, with the channel', async () => {
    const rows = await searchAll(near, 0.9, 3);
    expect(texts(rows)).toEqual(['channel 0, off by 0', 'channel 1, off by 0', 'channel 0, off by 0.2']);
    expect(rows[1]).toMatchObject({ channel_id: large, channel_name: 'A channel' });
  });
});

test.each([
  ['measured whole', async () => {}],
  ['found by bits', enlarge],
])('one question has one answer, however many are equally near: %s', async (_, prepare) => {
  const channel = await app.channel();
  await write(
    app,
    channel,
    Array.from({ length: 210 }, (_, index) => ({ text: `${index}`, embedding: vector(1, 2) })),
  );
  await prepare(app, channel);
  const all = (await search(near, channel, 0, 1000)).map((row) => row.id as string);
  expect(all).toHaveLength(200);
  expect(all).toEqual(all.toSorted());
  expect((await search(near, channel, 0, 10)).map((row) => row.id)).toEqual(all.slice(0, 10));
});

describe('search over all channels, of which many are equally near', () => {
  const searchAll = (...values: readonly unknown[]) => app.as('service', inAll, values);

  test('clamps, fills in, and knows no direction of zero, as in one channel', async () => {
    expect(await searchAll(near, -1, 0)).toHaveLength(1);
    expect(await searchAll(near, 0, null)).toHaveLength(10);
    expect(await searchAll(near, 0, 1000)).toHaveLength(200);
    expect(await searchAll(null, -1, 10)).toEqual([]);
    expect(await searchAll(vector(), -1, 10)).toEqual([]);
    expect(await app.failure('service', inAll, ['[1,2,3]', 0, 1])).toMatchObject({ code: '22026' });
  });

  test("leaves the session's settings as they were", async () => {
    // As the session began: the searches before this one leave them, too.
    const [before] = await app.sql(`select reset_val as probes from pg_settings where name = 'ivfflat.probes'`);
    const [after] = await app.sql(
      `select current_setting('ivfflat.probes') as probes from public.search_all_transcript_chunks($1, 0, 1)`,
      [near],
    );
    expect(after).toEqual(before);
  });

  test('is not for the signed-out', async () => {
    expect(await app.failure('anon', inAll, [near, 0, 1])).toMatchObject({ code: '42501' });
  });
});
