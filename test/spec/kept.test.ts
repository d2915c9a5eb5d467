import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { people } from '../../spec/people.ts';
import { rolledBack, withClient } from '../../src/database/connect.ts';
import { connectionStringsFrom } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { fillLegacy } from '../../src/proof/build.ts';
import { freshDatabase, onRealServer, serverUrl } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
});
afterAll(() => database?.drop());

const transcript = `'00000000-0000-4000-8000-0000000000e1'`;

/** Each channel's count, beside what there is to count. */
const COUNTS = `
  select youtube_channel_id as channel, chunk_count as kept,
         (select count(*)::int from public.transcript_chunks chunk where chunk.channel_id = channel.id) as counted
  from public.channels channel order by 1`;

test.each([
  [
    'added',
    `insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text)
     select channel_id, video_id, id, place, 'x' from public.transcripts, generate_series(10, 12) place`,
    5,
  ],
  ['removed', 'delete from public.transcript_chunks where chunk_index = 0', 1],
  ['changed', `update public.transcript_chunks set text = 'y', embedding_status = 'failed'`, 2],
  ['removed with their video', `delete from public.videos where youtube_video_id = 'world'`, 0],
  [
    'moved to another channel',
    `with video as (
       insert into public.videos (channel_id, youtube_video_id, title)
       select id, 'elsewhere', 't' from public.channels where youtube_channel_id = 'UCworldother' returning channel_id, id
     )
     insert into public.transcripts (channel_id, video_id) select channel_id, id from video;
     delete from public.chunk_embeddings;
     update public.transcript_chunks chunk set (channel_id, video_id, transcript_id) = (t.channel_id, t.video_id, t.id)
     from public.transcripts t where t.id <> ${transcript} and chunk.chunk_index = 0`,
    1,
  ],
])('a channel knows how many chunks it has when some are %s', async (_, statement, left) => {
  await rolledBack(database.client, async () => {
    await database.client.query(statement);
    const { rows } = await database.client.query<{ channel: string; kept: number; counted: number }>(COUNTS);
    expect(rows.filter(({ kept, counted }) => kept !== counted)).toEqual([]);
    expect(rows.find(({ channel }) => channel === 'UCworld')?.kept).toBe(left);
  });
});

test('that its chunks were counted is no change of a channel, and a new name is', async () => {
  await rolledBack(database.client, async () => {
    const { client } = database;
    const changed = async () => {
      const { rows } = await client.query(
        `select (updated_at = now()) as now from public.channels where youtube_channel_id = 'UCworld'`,
      );
      return rows[0]?.now;
    };
    await client.query('delete from public.transcript_chunks');
    expect(await changed()).toBe(false);
    await client.query(`update public.channels set channel_name = 'Renamed', updated_at = '2000-01-01'`);
    expect(await changed()).toBe(true);
  });
});

onRealServer('chunks of one channel that are added by many at once are all counted', async () => {
  await Promise.all(
    Array.from({ length: 8 }, (_, worker) =>
      withClient(database.url, async (client) => {
        for (let turn = 0; turn < 5; turn++) {
          await client.query(
            `insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text)
             select channel_id, video_id, id, $1, 'x' from public.transcripts where id = ${transcript}`,
            [100 + worker * 10 + turn],
          );
        }
      }),
    ),
  );
  const { rows } = await database.client.query(`${COUNTS} desc`);
  expect(rows).toContainEqual({ channel: 'UCworld', kept: 42, counted: 42 });
  await database.client.query('delete from public.transcript_chunks where chunk_index >= 100');
});

test('a session knows its latest message, and not an earlier one that comes late', async () => {
  await rolledBack(database.client, async () => {
    await database.client.query(
      `insert into public.chat_messages (user_id, session_id, role, content, created_at)
       select user_id, id, 'user', 'x', moment::timestamptz
       from public.chat_sessions, (values ('2100-01-01'), ('2000-01-01')) said (moment)
       where user_id = $1`,
      [people.owner],
    );
    const { rows: sessions } = await database.client.query(
      `select last_message_at = '2100-01-01' as latest from public.chat_sessions where user_id = $1`,
      [people.owner],
    );
    expect(sessions).toEqual([{ latest: true }]);
  });
});

test('what came from before is counted: chunks of channels, and the days on which users asked and followed', async () => {
  const legacy = await freshDatabase();
  try {
    await fillLegacy(legacy.client, config);
    const urls = connectionStringsFrom({ DATABASE_URL: legacy.url, ROOT_DATABASE_URL: serverUrl });
    if (urls) await runQuietly(['migrate'], urls);
    const { rows } = await legacy.client.query<{ channel: string; kept: number; counted: number }>(COUNTS);
    expect(rows.filter(({ kept, counted }) => kept !== counted || kept === 0)).toEqual([]);
    const { rows: sums } = await legacy.client.query(`
      select sum(messages_sent)::int as asked, sum(creators_added)::int as followed,
             (select count(*)::int from public.chat_messages where role = 'user') as messages,
             (select count(*)::int from public.user_creators) as follows
      from public.usage_daily`);
    expect(sums[0].asked).toBeGreaterThan(0);
    expect(sums[0]).toEqual({ ...sums[0], asked: sums[0].messages, followed: sums[0].follows });
    const { rows: without } = await legacy.client.query(`
      select id from auth.users
      where id not in (select id from public.profiles) or id not in (select user_id from public.user_usage)
        or id not in (select user_id from public.user_roles where role = 'user')`);
    expect(without).toEqual([]);
  } finally {
    await legacy.drop();
  }
});
