import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, freshApp } from '../functions/support.ts';

let app: App;
let channel: string;
let key: string;
let follower: { user: string };

beforeAll(async () => {
  app = await freshApp();
  channel = await app.channel();
  [key] = (await app.sql('select youtube_channel_id as key from public.channels where id = $1', [channel])).map(
    (row) => row.key as string,
  ) as [string];
  follower = { user: await app.user() };
  // For long enough to publish it.
  await app.sql(`insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, '2020-01-01')`, [
    follower.user,
    channel,
  ]);
});
afterAll(() => app?.drop());

test('a follower makes a channel public by writing its slug, once, and changes nothing else with it', async () => {
  const publish =
    'update legacy_api.channels set public_slug = $2 where id = $1 and public_slug is null returning public_slug';
  const both = "update legacy_api.channels set public_slug = $2, channel_name = 'Mine' where id = $1 returning id";
  expect(await app.as(follower, both, [channel, 'by-old-client'])).toEqual([]);
  expect(await app.failure(follower, publish, [channel, 'Not a slug'])).toMatchObject({ code: 'PT400' });
  expect(await app.as(follower, publish, [channel, 'by-old-client'])).toEqual([{ public_slug: 'by-old-client' }]);
  expect(await app.as(follower, publish, [channel, 'again'])).toEqual([]);
  const audited = `select action, actor_id from public.audit_log where record_id = $1`;
  expect(await app.sql(audited, [channel])).toEqual([{ action: 'channel_published', actor_id: follower.user }]);
});

test('the status of a video is the status of its transcript, which the new queue reads', async () => {
  const add =
    'insert into legacy_api.videos (video_id, channel_id, title) values ($1, $2, $3) returning id, transcript_status';
  const [video] = await app.as('service', add, ['old-queue', key, 'A video']);
  const transcript = () =>
    app.sql('select extraction_status as status, language from public.transcripts where video_id = $1', [video?.id]);
  expect(await transcript()).toEqual([]);
  for (const status of ['processing', 'failed', 'pending', 'completed']) {
    await app.as(
      'service',
      "update legacy_api.videos set transcript_status = $2, transcript_language = 'de' where video_id = $1",
      ['old-queue', status],
    );
    expect(await transcript()).toEqual([{ status, language: 'de' }]);
  }
});

test('an embedding is written, replaced and taken away with its chunk, and counted with its channel', async () => {
  const vector = (value: number) => `[${Array<number>(1536).fill(value).join(',')}]`;
  const embeddings = () =>
    app.sql(`select (embedding::real[])[1] as first from public.chunk_embeddings where channel_id = $1`, [channel]);
  const set = (value: string | null) =>
    app.as('service', 'update legacy_api.transcript_chunks set embedding = $1 where video_id = $2 returning id', [
      value,
      'chunky',
    ]);

  await app.as('service', 'insert into legacy_api.videos (video_id, channel_id, title) values ($1, $2, $3)', [
    'chunky',
    key,
    'A video',
  ]);
  await app.as(
    'service',
    `insert into legacy_api.transcript_chunks (video_id, channel_id, chunk_index, text, embedding) values ($1, $2, 0, 'A', $3)`,
    ['chunky', key, vector(0.5)],
  );
  expect(await embeddings()).toEqual([{ first: 0.5 }]);
  // The transcript to which it belongs was made with it.
  expect(
    await app.sql(
      'select extraction_status as status from public.transcripts where channel_id = $1 and video_id in (select id from public.videos where youtube_video_id = $2)',
      [channel, 'chunky'],
    ),
  ).toEqual([{ status: 'completed' }]);
  await set(vector(0.25));
  expect(await embeddings()).toEqual([{ first: 0.25 }]);
  await set(null);
  expect(await embeddings()).toEqual([]);
  await set(vector(0.75));
  expect(await embeddings()).toEqual([{ first: 0.75 }]);
  const count = 'select chunk_count from public.channels where id = $1';
  expect(await app.sql(count, [channel])).toEqual([{ chunk_count: 1 }]);
  expect(
    await app.as('service', 'delete from legacy_api.videos where video_id = $1 returning video_id', ['chunky']),
  ).toEqual([{ video_id: 'chunky' }]);
  expect(await app.sql(count, [channel])).toEqual([{ chunk_count: 0 }]);
});

test.each([
  ['a video', 'insert into legacy_api.videos (video_id, channel_id, title) values ($1, $1, $1)'],
  [
    'a chunk',
    'insert into legacy_api.transcript_chunks (video_id, channel_id, chunk_index, text) values ($1, $1, 0, $1)',
  ],
  ['a session', 'insert into legacy_api.chat_sessions (channel_id, user_id) values ($1, gen_random_uuid())'],
  ['a limit', 'insert into legacy_api.public_chat_limits (channel_id, identifier) values ($1, $1)'],
  [
    'a message',
    "insert into legacy_api.chat_messages (session_id, role, content) values (gen_random_uuid(), 'user', $1)",
  ],
])('%s of something that is not there is refused as a foreign key refuses it', async (_, sql) => {
  expect(await app.failure('service', sql, ['nothing'])).toMatchObject({ code: '23503' });
});

test('a message for another’s session is refused as a policy refuses it, also when there is no such session', async () => {
  const [session] = await app.as(
    follower,
    'insert into legacy_api.chat_sessions (channel_id, user_id) values ($1, $2) returning id',
    [key, follower.user],
  );
  const other = { user: await app.user() };
  const write = "insert into legacy_api.chat_messages (session_id, role, content) values ($1, 'user', 'Mine')";
  expect(await app.failure(other, write, [session?.id])).toMatchObject({ code: '42501' });
  expect(await app.failure(other, write, ['00000000-0000-4000-8000-00000000dead'])).toMatchObject({ code: '42501' });
  // The service writes into anybody's, and the message is of the session's user.
  await app.as('service', write, [session?.id]);
  expect(await app.sql('select user_id from public.chat_messages where session_id = $1', [session?.id])).toEqual([
    { user_id: follower.user },
  ]);
});

test('the service changes the plan by its name, and no other plan is known', async () => {
  const set = 'update legacy_api.user_usage set plan_type = $2 where user_id = $1 returning plan_type';
  await app.sql("update public.user_usage set plan_expires_at = now() + interval '1 day' where user_id = $1", [
    follower.user,
  ]);
  expect(await app.as('service', set, [follower.user, 'pro'])).toEqual([{ plan_type: 'pro' }]);
  expect(await app.sql('select plan_expires_at from public.user_usage where user_id = $1', [follower.user])).toEqual([
    { plan_expires_at: null },
  ]);
  expect(await app.failure('service', set, [follower.user, 'gold'])).toMatchObject({ code: '23514' });
});

test('a plan that stays keeps when it began and ends, and another begins now', async () => {
  const plan = async () =>
    (
      await app.sql(
        'select plan_started_at as began, plan_expires_at as ends from public.user_usage where user_id = $1',
        [follower.user],
      )
    )[0];
  await app.sql(
    `update public.user_usage set plan_started_at = '2020-01-01', plan_expires_at = '2100-01-01' where user_id = $1`,
    [follower.user],
  );
  const before = await plan();
  const write = (set: string) =>
    app.as('service', `update legacy_api.user_usage set ${set} where user_id = $1 returning plan_type`, [
      follower.user,
    ]);
  await write('videos_indexed = 3');
  expect(await plan()).toEqual(before);
  await write(`plan_type = 'free'`);
  await write(`plan_type = 'pro'`);
  expect(await plan()).toMatchObject({ ends: null });
  expect((await plan())?.began).not.toEqual(before?.began);
});

test('a plan that has ended stays the one that the user had, when counters are written', async () => {
  await app.sql(
    `update public.user_usage set plan_id = (select id from public.plans where code = 'pro'), plan_expires_at = '2021-01-01',
       plan_started_at = '2020-01-01' where user_id = $1`,
    [follower.user],
  );
  expect(
    await app.as(
      'service',
      'update legacy_api.user_usage set videos_indexed = 4 where user_id = $1 returning plan_type',
      [follower.user],
    ),
  ).toEqual([{ plan_type: 'free' }]);
  expect(
    await app.sql(
      'select code from public.plans join public.user_usage usage on plan_id = plans.id where user_id = $1',
      [follower.user],
    ),
  ).toEqual([{ code: 'pro' }]);
});

test('what is left out, or null, is what it was before: the default', async () => {
  const add =
    'insert into legacy_api.channels (channel_id, channel_name, channel_url, ingest_videos, created_at) values ($1, $1, $1, null, null)';
  const [row] = await app.as('service', `${add} returning *`, ['UCdefaults']);
  expect(row).toMatchObject({
    indexed_videos: 0,
    ingestion_status: 'pending',
    ingestion_progress: 0,
    ingest_videos: true,
    ingest_shorts: true,
    video_import_mode: 'latest',
    created_at: expect.any(String),
  });
});

test.each([
  ['a status', "update legacy_api.videos set transcript_status = 'unheard of' where video_id = 'old-queue'", '22P02'],
  ['a number', "update legacy_api.channels set ingestion_progress = 101 where channel_id = 'UCdefaults'", '23514'],
  [
    'a key that is there',
    "insert into legacy_api.channels (channel_id, channel_name, channel_url) values ('UCdefaults', 'x', 'x')",
    '23505',
  ],
  ['another video for a chunk', "update legacy_api.transcript_chunks set video_id = 'x'", '0A000'],
])('%s that cannot be is refused', async (_, sql, code) => {
  await app.sql(
    `insert into legacy_api.videos (video_id, channel_id, title) select 'refusing', $1, 'x' where not exists (select from legacy_api.videos where video_id = 'refusing')`,
    [key],
  );
  await app.sql(
    `insert into legacy_api.transcript_chunks (video_id, chunk_index, text) select 'refusing', 0, 'x' where not exists (select from legacy_api.transcript_chunks where video_id = 'refusing')`,
  );
  expect(await app.failure('service', sql)).toMatchObject({ code });
});

test('a search gives no more passages than the new one does, however many are asked for', async () => {
  const vector = `[${Array<number>(1536).fill(0.5).join(',')}]`;
  await app.sql(
    `insert into legacy_api.transcript_chunks (video_id, chunk_index, text, embedding)
     select 'refusing', place, 'x', $1::extensions.vector from generate_series(1, 210) place`,
    [vector],
  );
  const count = async (call: string, values: unknown[]) =>
    (await app.as('service', `select count(*)::int as found from ${call}`, values))[0]?.found;
  const most = await count('public.search_transcript_chunks($1, $2, 0, 1000)', [vector, channel]);
  expect(most).toBeLessThan(210);
  expect(await count('legacy_api.search_transcript_chunks($1, 0, 1000, $2)', [vector, key])).toBe(most);
  expect(await count('legacy_api.search_transcript_chunks($1, 0, 1000)', [vector])).toBe(most);
  expect(await count('legacy_api.search_transcript_chunks($1, 0, 1000, $2)', [vector, 'UCnothing'])).toBe(0);
  // Each is of its own channel, however many channels there are.
  expect(
    await app.as('service', 'select distinct channel_id from legacy_api.search_transcript_chunks($1, 0, 1000)', [
      vector,
    ]),
  ).toEqual([{ channel_id: key }]);
});
