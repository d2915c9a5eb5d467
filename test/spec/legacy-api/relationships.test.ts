import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { type MigratedDatabase, migratedDatabase } from '../../support/migrated.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
});
afterAll(() => database?.drop());

async function as(role: string, user: string | undefined, sql: string): Promise<unknown[]> {
  const claims = JSON.stringify(user ? { role, sub: user } : { role });
  await database.client.query(
    `begin; select set_config('role', '${role}', true), set_config('request.jwt.claims', '${claims}', true)`,
  );
  try {
    return (await database.client.query(sql)).rows;
  } finally {
    await database.client.query('rollback');
  }
}

/** As PostgREST writes `chat_messages?select=content,chat_sessions!inner(channel_id,channels!inner(channel_name))`. */
const embedded = `
  select "chat_messages"."content", row_to_json("sessions_1".*)::jsonb as "chat_sessions"
  from "legacy_api"."chat_messages"
  inner join lateral (
    select "chat_sessions_1"."channel_id", row_to_json("channels_2".*)::jsonb as "channels"
    from "legacy_api"."chat_sessions"("chat_messages") as "chat_sessions_1"
    inner join lateral (
      select "channels_1"."channel_name" from "legacy_api"."channels"("chat_sessions_1") as "channels_1"
    ) as "channels_2" on true
  ) as "sessions_1" on true
  where "chat_messages"."content" = 'A question'`;

test('a message comes with its session and its channel’s name, for its user alone', async () => {
  expect(await as('authenticated', people.owner, embedded)).toEqual([
    { content: 'A question', chat_sessions: { channel_id: 'UCworld', channels: { channel_name: 'A channel' } } },
  ]);
  expect(await as('authenticated', people.stranger, embedded)).toEqual([]);
});

test('what belongs to a row is found from either side', async () => {
  const counts = (sql: string) => as('authenticated', people.owner, `select count(*)::int as found from ${sql}`);
  for (const [sql, found] of [
    ["legacy_api.channels channel, legacy_api.videos(channel) where channel.channel_id = 'UCworld'", 2],
    ["legacy_api.videos video, legacy_api.channels(video) where video.video_id = 'world'", 1],
    ["legacy_api.videos video, legacy_api.transcript_chunks(video) where video.video_id = 'world'", 2],
    ['legacy_api.transcript_chunks chunk, legacy_api.videos(chunk)', 2],
    ['legacy_api.transcript_chunks chunk, legacy_api.channels(chunk)', 2],
    ["legacy_api.channels channel, legacy_api.chat_sessions(channel) where channel.channel_id = 'UCworld'", 1],
    ['legacy_api.chat_sessions session, legacy_api.chat_messages(session)', 3],
    ['legacy_api.user_creators follow, legacy_api.channels(follow)', 1],
  ] as const)
    expect([sql, await counts(sql)]).toEqual([sql, [{ found }]]);
});

test('signed out, a public channel comes with its videos, and no other channel does', async () => {
  const sql =
    'select channel.channel_id, video.video_id from legacy_api.channels channel, legacy_api.videos(channel) video';
  expect(await as('anon', undefined, sql)).toEqual([{ channel_id: 'UCworldpublic', video_id: 'worldpublic' }]);
});
