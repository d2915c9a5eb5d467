import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await runBaseline(database.client);
});
afterAll(() => database?.drop());

/**
 * What production runs, written by hand from production: a column is its type, then `not null`, then its default.
 * `id`, `created_at` and `updated_at` are alike in every table that has them.
 */
const id = 'uuid not null gen_random_uuid()';
const time = 'timestamp with time zone now()';
const times = { created_at: time, updated_at: time };
const facts: Record<string, Record<string, string>> = {
  channels: {
    id,
    channel_id: 'text not null',
    channel_name: 'text not null',
    channel_url: 'text not null',
    avatar_url: 'text',
    subscriber_count: 'text',
    indexed_videos: 'integer 0',
    total_videos: 'integer 0',
    ingestion_status: "text 'pending'::text",
    ingestion_progress: 'integer 0',
    ingestion_method: 'text',
    error_message: 'text',
    last_indexed_at: 'timestamp with time zone',
    ingest_videos: 'boolean true',
    ingest_shorts: 'boolean true',
    ingest_lives: 'boolean true',
    video_import_mode: "text 'latest'::text",
    video_import_limit: 'integer',
    public_slug: 'text',
    uploads_playlist_id: 'text',
    ...times,
  },
  videos: {
    id,
    video_id: 'text not null',
    channel_id: 'text not null',
    title: 'text not null',
    description: 'text',
    duration: 'text',
    duration_seconds: 'integer',
    published_at: 'timestamp with time zone',
    thumbnail_url: 'text',
    view_count: 'bigint',
    like_count: 'integer',
    comment_count: 'integer',
    transcript_status: "text 'pending'::text",
    transcript_language: 'text',
    ingestion_method: 'text',
    content_type: "text 'video'::text",
    ...times,
  },
  transcript_chunks: {
    id,
    video_id: 'text not null',
    channel_id: 'text not null',
    chunk_index: 'integer not null',
    text: 'text not null',
    start_time: 'real',
    end_time: 'real',
    embedding: 'vector(1536)',
    embedding_status: "text 'pending'::text",
    ...times,
  },
  chat_sessions: { id, channel_id: 'text not null', user_id: 'uuid not null', ...times },
  chat_messages: {
    id,
    session_id: 'uuid not null',
    role: 'text not null',
    content: 'text not null',
    sources: 'jsonb',
    created_at: time,
  },
  user_usage: {
    id,
    user_id: 'uuid not null',
    plan_type: "text 'free'::text",
    messages_sent_today: 'integer 0',
    last_message_date: 'date CURRENT_DATE',
    creators_added: 'integer 0',
    videos_indexed: 'integer 0',
    ...times,
  },
  user_creators: { id, user_id: 'uuid not null', channel_id: 'uuid not null', created_at: time },
  public_chat_limits: {
    id,
    identifier: 'text not null',
    channel_id: 'text not null',
    messages_today: 'integer 0',
    last_reset_at: time,
    created_at: time,
  },
  error_logs: {
    id,
    service: 'text not null',
    error_message: 'text not null',
    error_details: 'jsonb',
    created_at: time,
  },
};

const uniques = [
  'channels (channel_id)',
  'channels (public_slug)',
  'chat_sessions (channel_id, user_id)',
  'public_chat_limits (identifier, channel_id)',
  'transcript_chunks (video_id, chunk_index)',
  'user_creators (user_id, channel_id)',
  'user_usage (user_id)',
  'videos (video_id)',
];

const references = [
  'chat_messages (session_id) -> chat_sessions(id) cascade',
  'chat_sessions (channel_id) -> channels(channel_id) cascade',
  'chat_sessions (user_id) -> auth.users(id) cascade',
  'public_chat_limits (channel_id) -> channels(channel_id) cascade',
  'transcript_chunks (channel_id) -> channels(channel_id) cascade',
  'transcript_chunks (video_id) -> videos(video_id) cascade',
  'user_creators (channel_id) -> channels(id) cascade',
  'user_creators (user_id) -> auth.users(id) cascade',
  'user_usage (user_id) -> auth.users(id) cascade',
  'videos (channel_id) -> channels(channel_id) cascade',
];

const indexes = [
  'idx_channels_channel_id',
  'idx_channels_public_slug',
  'idx_chat_messages_session_id',
  'idx_chat_sessions_user_id_channel_id',
  'idx_public_chat_limits_identifier_channel_id',
  'idx_transcript_chunks_channel_id',
  'idx_transcript_chunks_embedding',
  'idx_transcript_chunks_video_id',
  'idx_user_usage_user_id',
  'idx_videos_channel_id',
  'idx_videos_video_id',
];

const closedSets: [string, string, string[]][] = [
  [
    'channels',
    'ingestion_status',
    ['pending', 'processing', 'extracting', 'completed', 'partial', 'failed', 'no_captions'],
  ],
  ['channels', 'video_import_mode', ['latest', 'oldest', 'all']],
  ['chat_messages', 'role', ['user', 'assistant']],
  ['transcript_chunks', 'embedding_status', ['pending', 'processing', 'completed', 'failed']],
  ['user_usage', 'plan_type', ['free', 'pro']],
  ['videos', 'content_type', ['video', 'short', 'live']],
  ['videos', 'transcript_status', ['pending', 'processing', 'completed', 'failed', 'no_captions']],
];

const routines = [
  'get_usage_with_limits(p_user_id uuid)',
  'increment_creator_count(p_user_id uuid)',
  'increment_message_count(p_user_id uuid)',
  'increment_videos_indexed(p_user_id uuid, p_count integer)',
  'search_transcript_chunks(query_embedding vector, match_threshold double precision DEFAULT 0.15, match_count integer DEFAULT 10, filter_channel_id text DEFAULT NULL::text)',
  'update_updated_at_column()',
];

test('every table of production has its columns, types and defaults, and no other', async () => {
  const rows = await query<{ table: string; column: string; fact: string }>(`
    select c.relname as table, a.attname as column,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        pg_get_expr(d.adbin, d.adrelid)) as fact
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`);
  const found: typeof facts = {};
  for (const { table, column, fact } of rows) found[table] = { ...found[table], [column]: fact };
  expect(found).toEqual(facts);
});

test('the keys are those of production: text ids of YouTube, and one uuid', async () => {
  expect(await constraints('u')).toEqual(uniques);
  expect(await constraints('f')).toEqual(references);
  expect(await constraints('p')).toEqual(
    Object.keys(facts)
      .sort()
      .map((table) => `${table} (id)`),
  );
});

test('the indexes are those of production, also the ones that repeat a key', async () => {
  const rows = await query<{ name: string }>(
    `select indexname as name from pg_indexes where schemaname = 'public' and indexname like 'idx\\_%' order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(indexes);
  const [approximate] = await query<{ definition: string }>(
    `select pg_get_indexdef('idx_transcript_chunks_embedding'::regclass) as definition`,
  );
  expect(approximate?.definition).toMatch(/using ivfflat \(embedding vector_cosine_ops\) with \(lists='?100'?\)/i);
});

test.each(closedSets)('%s.%s takes its values and no other', async (table, column, values) => {
  const rows = await query<{ definition: string }>(
    `select pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'c' and conname = '${table}_${column}_check'`,
  );
  expect([...(rows[0]?.definition ?? '').matchAll(/'([a-z_]+)'::text/g)].map((match) => match[1])).toEqual(values);
});

test('progress is a percentage', async () => {
  await expect(addChannel(101)).rejects.toMatchObject({ code: '23514' });
  await expect(addChannel(100)).resolves.toBeDefined();
});

test('row level security is on for every table but error_logs', async () => {
  const rows = await query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity`,
  );
  expect(rows).toEqual([{ name: 'error_logs' }]);
});

test('no policy names a role', async () => {
  const rows = await query<{ roles: string }>(
    `select distinct roles::text as roles from pg_policies where schemaname = 'public'`,
  );
  expect(rows).toEqual([{ roles: '{public}' }]);
});

test('the functions of production run with their caller’s rights, have no search_path, and are open to everyone', async () => {
  const rows = await query<{ signature: string; definer: boolean; config: null; open: boolean }>(`
    select proname || '(' || pg_get_function_arguments(p.oid) || ')' as signature, prosecdef as definer,
      proconfig as config, has_function_privilege('anon', p.oid, 'execute') as open
    from pg_proc p
    where pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
    order by 1`);
  expect(rows.map(({ signature }) => signature)).toEqual(routines);
  expect(new Set(rows.map(({ definer, config, open }) => `${definer} ${config} ${open}`))).toEqual(
    new Set(['false null true']),
  );
});

test('every table with updated_at keeps it by trigger', async () => {
  const rows = await query<{ name: string }>(`
    select tgrelid::regclass::text as name from pg_trigger
    where tgfoid = 'public.update_updated_at_column'::regproc order by 1`);
  const expected = Object.keys(facts).filter((table) => facts[table]?.updated_at);
  expect(rows.map(({ name }) => name)).toEqual(expected.sort());
});

test('production’s faults are here: a user can make themselves pro, and change any channel', async () => {
  const user = await addUser();
  const changed = await as(user, [
    `insert into public.user_usage (user_id) values ('${user}')`,
    `update public.user_usage set plan_type = 'pro'`,
    `insert into public.channels (channel_id, channel_name, channel_url) values ('UC-fault', 'n', 'u')`,
    `update public.channels set channel_name = 'mine' where channel_id = 'UC-fault'`,
  ]);
  expect(changed).toEqual([1, 1, 1, 1]);
});

test('the functions of production work', async () => {
  const user = await addUser();
  await database.client.query(`
    select public.increment_message_count('${user}'), public.increment_message_count('${user}'),
      public.increment_creator_count('${user}'), public.increment_videos_indexed('${user}', 5)`);
  expect(await query(`select * from public.get_usage_with_limits('${user}')`)).toEqual([
    { plan_type: 'free', messages_sent_today: 2, creators_added: 1, videos_indexed: 5 },
  ]);
  const zeros = `[${'0,'.repeat(1535)}1]`;
  expect(await query(`select * from public.search_transcript_chunks('${zeros}')`)).toEqual([]);
});

test('a second run changes nothing, and a table that was altered by hand stays as it is', async () => {
  const drifted = await freshDatabase();
  try {
    await runBaseline(drifted.client);
    await drifted.client.query(`
      alter table public.videos drop constraint videos_channel_id_fkey;
      alter table public.channels add column found_by_hand text;
      drop index public.idx_videos_video_id;
      insert into public.videos (video_id, channel_id, title) values ('orphan', 'UC-gone', 't')`);
    const before = await structure(drifted.client);
    await runBaseline(drifted.client);
    expect(await structure(drifted.client)).toEqual(before);
  } finally {
    await drifted.drop();
  }
});

async function runBaseline(client: pg.Client): Promise<void> {
  for (const file of ['hooks/supabase-shim.sql', 'committed/000001-legacy-baseline.sql']) {
    await client.query(await readFile(new URL(`../../migrations/${file}`, import.meta.url), 'utf8'));
  }
}

async function query<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  return (await database.client.query<T>(sql)).rows;
}

async function constraints(kind: 'u' | 'f' | 'p'): Promise<string[]> {
  const rows = await query<{ fact: string }>(`
    select conrelid::regclass || ' ' || replace(pg_get_constraintdef(oid), ' ON DELETE CASCADE', ' cascade') as fact
    from pg_constraint
    where connamespace = 'public'::regnamespace and contype = '${kind}' and conparentid = 0`);
  return rows
    .map(({ fact }) => fact.replace(/(UNIQUE|PRIMARY KEY|FOREIGN KEY) /, '').replace('REFERENCES', '->'))
    .sort();
}

function addChannel(progress: number) {
  return database.client.query(
    `insert into public.channels (channel_id, channel_name, channel_url, ingestion_progress) values ('UC-${progress}', 'n', 'u', ${progress})`,
  );
}

async function addUser(): Promise<string> {
  const [row] = await query<{ id: string }>(`insert into auth.users (email) values ('a@example.com') returning id`);
  return row?.id ?? '';
}

/** Runs the statements as this signed-in user, and takes back what they did; how many rows each changed. */
async function as(user: string, statements: string[]): Promise<(number | null)[]> {
  const { client } = database;
  await client.query('begin');
  try {
    await client.query(
      `set local role authenticated; set local request.jwt.claims = '{"sub":"${user}","role":"authenticated"}'`,
    );
    const changed: (number | null)[] = [];
    for (const statement of statements) changed.push((await client.query(statement)).rowCount);
    return changed;
  } finally {
    await client.query('rollback');
  }
}

/** Tables, columns, constraints, indexes, policies, triggers and functions, by their identity. */
async function structure(client: pg.Client): Promise<unknown[]> {
  const { rows } = await client.query(`
    select 'column' as kind, attrelid::text as of, attname as what from pg_attribute where attrelid >= 16384
    union all select 'constraint', conrelid::text, oid::text from pg_constraint where oid >= 16384
    union all select 'index', indrelid::text, indexrelid::text from pg_index where indrelid >= 16384
    union all select 'policy', polrelid::text, oid::text from pg_policy
    union all select 'trigger', tgrelid::text, oid::text from pg_trigger
    union all select 'function', xmin::text, oid::text from pg_proc where oid >= 16384
    order by 1, 2, 3`);
  return rows;
}
