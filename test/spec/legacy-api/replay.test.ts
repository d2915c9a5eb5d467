import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeLegacy } from '../../../spec/legacy/make.ts';
import { operations } from '../../../spec/legacy/operations/index.ts';
import { parametersOf } from '../../../spec/legacy/operations/parameters.ts';
import { send } from '../../../spec/legacy/operations/send.ts';
import type { TestDatabase } from '../../support/databases.ts';
import { closeTo, side } from './sides.ts';
import { clean, legacyDatabase, switchedDatabase } from './support.ts';

/** What a view cannot do that a table can (docs/legacy-api.md, "What it can't do"): the SQLSTATE with which it says so. */
const impossible: Readonly<Record<string, string>> = {
  // It has to name the columns that it would overwrite, and nobody may move a session.
  'find or start the chat session in one statement': '42501',
  'upsert a channel': '42P10',
  'upsert videos': '42P10',
};

/** What is compared at the end: every column but ids, keys of what was made up, vectors (seen above) and those that are kept otherwise. */
const kept: Readonly<Record<string, string>> = {
  channels: `channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos,
    ingestion_status, ingestion_progress, ingestion_method, error_message, last_indexed_at, ingest_videos,
    ingest_shorts, ingest_lives, video_import_mode, video_import_limit, public_slug, uploads_playlist_id,
    created_at, updated_at`,
  videos: `video_id, channel_id, title, description, duration, duration_seconds, published_at, thumbnail_url, view_count,
    like_count, comment_count, transcript_status, transcript_language, ingestion_method, content_type, created_at,
    updated_at`,
  transcript_chunks: `video_id, channel_id, chunk_index, text, start_time, end_time, embedding is null as embedded,
    embedding_status, created_at, updated_at`,
  // Not updated_at: a message touches its session, which before only the client did.
  chat_sessions: 'channel_id, user_id, created_at',
  chat_messages: 'role, content, sources, created_at',
  user_creators: 'user_id, channel_id, created_at',
  // Not the day of the last question: before, reading the usage wrote it.
  user_usage: 'user_id, plan_type, videos_indexed, created_at',
  // Not the moment of the reset: its day is kept.
  public_chat_limits: 'identifier, channel_id, messages_today, created_at',
  error_logs: 'service, error_message, error_details, created_at',
};

/** Signed out, these are null now, which is one of the closed holes. */
const hidden = [
  'error_message',
  'ingest_lives',
  'ingest_shorts',
  'ingest_videos',
  'ingestion_method',
  'ingestion_progress',
  'uploads_playlist_id',
  'video_import_limit',
  'video_import_mode',
];

const parameters = parametersOf(clean);
let before: TestDatabase;
let after: TestDatabase;
let told: ReturnType<typeof side>[];

beforeAll(async () => {
  [before, after] = [await legacyDatabase(), await switchedDatabase()];
  const ids = makeLegacy(clean).flatMap(({ rows }) => [...rows()].map(([id]) => id ?? ''));
  const { rows } = await before.client.query<{ now: Date }>("select now() - interval '1 second' as now");
  const began = rows[0]?.now ?? new Date();
  told = [side(new Set(ids), began), side(new Set(ids), began)];
});
afterAll(async () => {
  await before?.drop();
  await after?.drop();
});

const possible = operations.filter(({ name }) => !(name in impossible));

// In order, and one after the other: what an operation left is what the next one finds.
test.each(
  [0, 1].flatMap((round) => possible.map((operation, turn) => [operation.name, round, operation, turn] as const)),
)('%s: the same before and after (round %i)', async (_, round, operation, turn) => {
  const given = parameters(round * possible.length + turn);
  const [old, now] = [
    await send(before.client, operation, given, { schema: 'public' }),
    await send(after.client, operation, given, { schema: 'legacy_api' }),
  ].map((answers, at) =>
    answers.map((answer) => {
      const ordered = operation.steps.some((step) => step.sql === answer.sql && step.ordered);
      return told[at]?.(answer, ordered, operation.as === 'anon' ? hidden : []);
    }),
  );
  expect(now?.map((answer, at) => answer && { ...answer, rows: closeTo(old?.[at]?.rows ?? [], answer.rows) })).toEqual(
    old,
  );
});

test.each(Object.entries(impossible))('%s: refused, and nothing is changed', async (name, code) => {
  const operation = operations.find((candidate) => candidate.name === name);
  expect(operation).toBeDefined();
  if (!operation) return;
  await expect(send(after.client, operation, parameters(0), { schema: 'legacy_api' })).rejects.toMatchObject({ code });
});

test('creators_added says what is followed, whatever was called', async () => {
  const { rows } = await after.client.query<{ counted: number; followed: number }>(
    `select creators_added as counted, (select count(*)::int from legacy_api.user_creators follow where follow.user_id = used.user_id) as followed
     from legacy_api.user_usage used`,
  );
  expect(rows.map(({ counted }) => counted)).toEqual(rows.map(({ followed }) => followed));
  expect(rows.length).toBeGreaterThan(0);
});

test('at the end, every table holds the same', async () => {
  for (const table of Object.keys(kept)) {
    const [old, now] = await Promise.all(
      [before.client, after.client].map(async (client, at) => {
        const schema = at === 0 ? 'public' : 'legacy_api';
        const { rows } = await client.query<Record<string, unknown>>(`select ${kept[table]} from ${schema}.${table}`);
        return told[at]?.({ sql: table, rowCount: rows.length, rows, milliseconds: 0 }, false);
      }),
    );
    expect(now).toEqual(old);
    expect(now?.rowCount).toBeGreaterThan(0);
  }
});
