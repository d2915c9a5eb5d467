import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { loadLegacy } from '../../spec/legacy/load.ts';
import { SESSION_SETTINGS } from '../../src/accounting/canonical-text.ts';
import { accountForAll, measureAll } from '../../src/accounting/database.ts';
import type { MeasuredTable } from '../../src/accounting/measure.ts';
import { findTables } from '../../src/catalog/user-tables.ts';
import type { Config } from '../../src/config/define.ts';
import { connectionStringsFrom } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { fillLegacy } from '../../src/proof/build.ts';
import { tiny } from '../rehearsal/support.ts';
import { freshDatabase, serverUrl, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
let measured: MeasuredTable[];
const legacy = config.legacy as NonNullable<Config['legacy']>;

/** A legacy database with what nobody declared, measured and then migrated. */
beforeAll(async () => {
  database = await freshDatabase();
  const { client, url } = database;
  const load = () => loadLegacy(client, { seed: 3, size: tiny });
  await fillLegacy(client, { ...config, legacy: { ...legacy, load } });
  await client.query(`
    alter table public.channels add column mood text default 'calm';
    update public.transcript_chunks set start_time = 0
     where id = (select id from public.transcript_chunks where video_id in (select video_id from public.videos) order by id limit 1);
    create table public.scribbles (id int primary key, said text);
    insert into public.scribbles values (1, 'one'), (2, 'two');
    create table public.tallies (name text, times float8);
    insert into public.tallies values ('a', 'NaN'), ('a', 'NaN'), ('b', '-0'), (null, null);`);
  await client.query(SESSION_SETTINGS);
  measured = await measureAll(client, await findTables(client, legacy.host?.schemas, legacy.host?.tables), legacy);
  const urls = connectionStringsFrom({ DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  await runQuietly(['migrate'], urls);
});

afterAll(() => database.drop());

/** Breaks something for the length of a look, triggers and keys notwithstanding, and gives what is then found. */
async function after(sql: string) {
  const { client } = database;
  await client.query('begin');
  try {
    await client.query('set local session_replication_role = replica');
    const { rowCount, command } = await client.query(sql);
    // What breaks nothing proves nothing.
    if (rowCount === 0 && command !== 'ALTER') throw new Error(`No row was touched by ${sql}`);
    return await accountForAll(client, measured, legacy);
  } finally {
    await client.query('rollback');
  }
}

/** The row with the lowest id that has what is asked for. */
const one = (table: string, condition = 'true'): string =>
  `id = (select x.id from ${table} x where ${condition} order by x.id limit 1)`;

test('without corruption all of it is accounted for: what nobody declared is kept, and shown where it is', async () => {
  const { deviations, compared, accounts } = await after('select');
  expect(deviations).toEqual([]);
  expect(compared.filter(({ before }) => /scribbles|tallies/.test(before))).toMatchObject([
    { after: 'public.scribbles', rows: 2, differing: 0 },
    { after: 'public.tallies', rows: 4, differing: 0 },
  ]);
  expect(compared.find(({ before }) => before === 'public.channels')).toMatchObject({
    after: 'legacy.channels',
    columns: expect.arrayContaining([{ before: 'mood', after: 'mood', number: expect.any(Number) }]),
  });
  expect(
    accounts.flatMap(({ columns }) => columns).filter(({ checksums }) => checksums !== null).length,
  ).toBeGreaterThan(60);
});

test.each([
  [
    'text',
    'channels.channel_name',
    `update public.channels set channel_name = channel_name || ' ' where ${one('public.channels')}`,
  ],
  [
    'a letter of another script',
    'chat_messages.content',
    `update public.chat_messages set content = content || 'ё' where ${one('public.chat_messages')}`,
  ],
  [
    'int',
    'videos.duration_seconds',
    `update public.videos set duration_seconds = duration_seconds + 1 where ${one('public.videos', 'duration_seconds is not null')}`,
  ],
  [
    'bigint',
    'videos.view_count',
    `update public.videos set view_count = 9223372036854775807 where ${one('public.videos')}`,
  ],
  [
    'real',
    'transcript_chunks.start_time',
    `update public.transcript_chunks set start_time = start_time + 0.001 where ${one('public.transcript_chunks', 'start_time > 0')}`,
  ],
  [
    'zero to minus zero',
    'transcript_chunks.start_time',
    `update public.transcript_chunks set start_time = '-0' where ${one('public.transcript_chunks', 'start_time = 0')}`,
  ],
  [
    'bool',
    'channels.ingest_shorts',
    `update public.channels set ingest_shorts = not ingest_shorts where ${one('public.channels')}`,
  ],
  [
    'timestamptz',
    'chat_messages.created_at',
    `update public.chat_messages set created_at = created_at + interval '1 microsecond' where ${one('public.chat_messages')}`,
  ],
  [
    'date',
    'user_usage.last_message_date',
    `update public.user_usage set usage_date = usage_date + 1 where ${one('public.user_usage', 'x.id in (select id from legacy.user_usage)')}`,
  ],
  [
    'a uuid key',
    'user_creators.user_id',
    `update public.user_creators set user_id = gen_random_uuid() where ${one('public.user_creators')}`,
  ],
  [
    'a key that leads elsewhere',
    'videos.channel_id',
    `update public.videos v set channel_id = (select id from public.channels c where c.id <> v.channel_id limit 1) where ${one('public.videos')}`,
  ],
  [
    'jsonb',
    'chat_messages.sources',
    `update public.chat_messages set sources = sources || '[null]' where ${one('public.chat_messages', 'sources is not null')}`,
  ],
  [
    'jsonb null for NULL',
    'chat_messages.sources',
    `update public.chat_messages set sources = 'null' where ${one('public.chat_messages', 'sources is null')}`,
  ],
  [
    'one dimension of a halfvec',
    'transcript_chunks.embedding',
    `update public.chunk_embeddings set embedding = (array[9::real] || (embedding::real[])[2:])::extensions.halfvec(1536) where chunk_id = (select chunk_id from public.chunk_embeddings order by 1 limit 1)`,
  ],
  [
    'a halfvec where there was none',
    'transcript_chunks.embedding',
    `insert into public.chunk_embeddings (chunk_id, channel_id, embedding) select c.id, c.channel_id, e.embedding from public.transcript_chunks c, (select embedding from public.chunk_embeddings limit 1) e where not exists (select from public.chunk_embeddings x where x.chunk_id = c.id) limit 1`,
  ],
  [
    'enum',
    'videos.content_type',
    `update public.videos set content_type = case content_type when 'live' then 'short'::public.content_type else 'live' end where ${one('public.videos')}`,
  ],
  [
    'a value to NULL',
    'channels.avatar_url',
    `update public.channels set avatar_url = null where ${one('public.channels', 'avatar_url is not null')}`,
  ],
  ['a row that is gone', 'error_logs', `delete from public.error_logs where ${one('public.error_logs')}`],
  [
    'a new row that no rule explains',
    'error_logs',
    `insert into public.error_logs (function_name, message) values ('x', 'y')`,
  ],
  [
    'a new transcript that no rule explains',
    'transcripts',
    `update public.transcripts set video_id = gen_random_uuid() where ${one('public.transcripts')}`,
  ],
])('corruption (%s) is found, and named: %s', async (_, where, sql) => {
  const { deviations, differences } = await after(sql);
  // A vector may deviate twice: by its distance, and by its angle.
  expect([...new Set(deviations.map((deviation) => deviation.where))]).toEqual([where]);
  expect(differences[0]?.rows[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
});

test('two rows with each other’s values are found, though the sum of their digests is the same', async () => {
  const { differences } = await after(`
    with two as (select id, content, lead(content) over w as next, lag(content) over w as last
                   from (select * from public.chat_messages order by id limit 2) m window w as (order by id))
    update public.chat_messages m set content = coalesce(two.next, two.last) from two where two.id = m.id`);
  expect(differences).toMatchObject([{ table: 'chat_messages', column: 'content', kind: 'altered', count: 2 }]);
  const [first, second] = differences[0]?.rows ?? [];
  expect([first?.before, first?.after]).toEqual([second?.after, second?.before]);
});

test.each([
  ['taken out', 'delete from private.quarantined_rows where reason = $$orphan-video$$', ['lost']],
  [
    'given another row’s id',
    `update private.quarantined_rows set source_id = gen_random_uuid() where ${one('private.quarantined_rows')}`,
    ['lost', 'stray'],
  ],
  [
    'moved to another table’s',
    `update private.quarantined_rows set source_table = 'legacy.nothing' where ${one('private.quarantined_rows')}`,
    ['lost'],
  ],
  [
    'changed in one value',
    `update private.quarantined_rows set row_data = jsonb_set(row_data, '{id}', '"x"') where ${one('private.quarantined_rows')}`,
    ['lost', 'stray'],
  ],
  [
    'added, of a row that is carried',
    `insert into private.quarantined_rows (source_table, source_id, row_data, reason, migration) select 'legacy.error_logs', id, to_jsonb(e), 'x', 'y' from legacy.error_logs e limit 1`,
    ['twice'],
  ],
])('a row in quarantine, %s', async (_, sql, kinds) => {
  const { differences } = await after(sql);
  expect([...new Set(differences.map(({ kind }) => kind))].sort()).toEqual(kinds);
});

test.each([
  ['a value', 'videos.title', `update legacy.videos set title = 'x' where ${one('legacy.videos')}`],
  [
    'one dimension of a vector',
    'transcript_chunks.embedding',
    `update legacy.transcript_chunks set embedding = (array[9::real] || (embedding::real[])[2:])::extensions.vector(1536) where ${one('legacy.transcript_chunks', 'embedding is not null')}`,
  ],
  [
    'a column of which nobody knew',
    'channels.mood',
    `update legacy.channels set mood = 'wild' where ${one('legacy.channels')}`,
  ],
  ['a row too few', 'chat_messages', `delete from legacy.chat_messages where ${one('legacy.chat_messages')}`],
  ['a row too many', 'error_logs', `insert into legacy.error_logs (service, error_message) values ('x', 'y')`],
  ['a column that is gone', 'channels.mood', 'alter table legacy.channels drop column mood'],
  [
    'a table of which nobody knew, changed',
    'scribbles.said',
    `update public.scribbles set said = 'three' where id = 2`,
  ],
  ['a table of which nobody knew, gone', 'scribbles', 'drop table public.scribbles'],
  [
    'a table without a key, with a row too few',
    'tallies',
    `delete from public.tallies where ctid = (select min(ctid) from public.tallies)`,
  ],
  ['minus zero that became zero', 'tallies', `update public.tallies set times = 0 where name = 'b'`],
])('an original that is not as it was, %s: %s', async (_, where, sql) => {
  const { differences } = await after(sql);
  const named = differences.map(({ table, column }) => (column ? `${table}.${column}` : table));
  expect(named).toContain(where);
  expect(differences.map(({ kind }) => kind)).toContain('original');
});

test('a value that was altered in its original too is found by the measure of before', async () => {
  const { differences } = await after(`
    update legacy.videos set title = 'x' where ${one('public.videos')};
    update public.videos set title = 'x' where ${one('public.videos')}`);
  expect(differences.map(({ kind, column }) => ({ kind, column }))).toEqual([
    { kind: 'original', column: 'title' },
    { kind: 'altered', column: 'title' },
  ]);
});

test('a table that was renamed and moved is recognised', async () => {
  const { deviations, compared } = await after(
    'alter table public.scribbles rename column said to says; alter table public.scribbles set schema private; alter table private.scribbles rename to notes',
  );
  expect(deviations).toEqual([]);
  expect(compared.find(({ before }) => before === 'public.scribbles')).toMatchObject({
    after: 'private.notes',
    differing: 0,
  });
});
