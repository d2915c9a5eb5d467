// What a column has when nobody says anything of it: rows are inserted with their required columns alone, and read.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, freshApp, type Row } from './functions/support.ts';

let app: App;
let user: string;
let channel: string;
beforeAll(async () => {
  app = await freshApp();
  user = await app.user();
  channel = await app.channel();
});
afterAll(() => app?.drop());

const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
/** In a query: the value is that of the transaction. */
const NOW = 'now()';
const TODAY = `(now() at time zone 'UTC')::date`;
/** The signed-in user. */
const CALLER = 'the caller';

interface Defaults {
  /** Values for the columns that have to be given. */
  readonly given: () => Row | Promise<Row>;
  /** Every column that has a default, with the value that it gives. */
  readonly by: Readonly<Record<string, unknown>>;
}

const times = { created_at: NOW, updated_at: NOW };
const none = async (table: string, column: string, id: string): Promise<void> => {
  await app.sql(`delete from ${table} where ${column} = $1`, [id]);
};
const transcript = async (): Promise<Row> => {
  const id = await app.transcript(channel);
  return (
    await app.sql('select id as transcript_id, video_id, channel_id from public.transcripts where id = $1', [id])
  )[0] as Row;
};
const session = async (): Promise<Row> => {
  const text = 'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id as session_id';
  return (await app.sql(text, [user, await app.channel()]))[0] as Row;
};

const DEFAULTS: Record<string, Defaults> = {
  'private.legacy_definitions': { given: () => ({ place: 1, subject: 'x', definition: 'x' }), by: { id: UUID } },
  'private.legacy_moves': { given: () => ({ table_name: 'x' }), by: { id: UUID, moved_at: NOW } },
  'private.migration_notes': {
    given: () => ({ migration: 'x', subject: 'x', note: 'x' }),
    by: { id: UUID, created_at: NOW },
  },
  'private.quarantined_rows': {
    given: () => ({ source_table: 'x', source_id: channel, row_data: {}, reason: 'x', migration: 'x' }),
    by: { id: UUID, quarantined_at: NOW },
  },
  'private.slug_holders': {
    given: () => ({ folded_slug: 'x', youtube_channel_id: 'UCx' }),
    by: { id: UUID, created_at: NOW },
  },
  'private.channel_takedowns': { given: () => ({ youtube_channel_id: 'UCx' }), by: { id: UUID, created_at: NOW } },
  'private.user_row_counts': {
    given: () => ({ user_id: user, table_name: 'x', row_count: 1 }),
    by: { id: UUID },
  },
  'public.audit_log': {
    given: () => ({ action: 'role_granted', table_name: 'x', record_id: channel }),
    by: { id: UUID, created_at: NOW },
  },
  'public.channels': {
    given: () => ({ youtube_channel_id: 'UCdefaults', channel_name: 'x', channel_url: 'x' }),
    by: {
      id: UUID,
      indexed_videos: 0,
      total_videos: 0,
      ingestion_status: 'pending',
      ingestion_progress: 0,
      ingest_videos: true,
      ingest_shorts: true,
      ingest_lives: true,
      video_import_mode: 'latest',
      chunk_count: 0,
      ...times,
    },
  },
  'public.chat_messages': {
    given: async () => ({ ...(await session()), role: 'user', content: 'x' }),
    by: { id: UUID, user_id: CALLER, created_at: NOW },
  },
  'public.chat_sessions': { given: () => ({ channel_id: channel }), by: { id: UUID, user_id: CALLER, ...times } },
  'public.error_logs': {
    given: () => ({ function_name: 'x', message: 'x' }),
    by: { id: UUID, severity: 'error', created_at: NOW },
  },
  'public.operation_locks': {
    given: () => ({ lock_key: 'x', operation_type: 'x', expires_at: '2100-01-01' }),
    by: { id: UUID, fencing_token: expect.stringMatching(/^[1-9]\d*$/), acquired_at: NOW, metadata: {} },
  },
  'public.plans': {
    given: () => ({ code: 'x', creators_limit: 1, videos_per_creator_limit: 1, messages_per_day_limit: 1 }),
    by: {
      chat_sessions_limit: 1000,
      chat_messages_limit: 500_000,
      saved_answers_limit: 5000,
      voice_conversations_limit: 1000,
      requests_limit: 5000,
      id: UUID,
      ...times,
    },
  },
  'public.profiles': {
    given: async () => {
      await none('public.profiles', 'id', user);
      return { id: user };
    },
    by: times,
  },
  'public.public_chat_limits': {
    given: () => ({ channel_id: channel, identifier: 'x' }),
    by: { id: UUID, messages_today: 0, usage_date: TODAY, created_at: NOW },
  },
  'public.request_idempotency': {
    given: () => ({ operation_type: 'x', idempotency_key: 'x', request_hash: 'x', locked_until: '2100-01-01' }),
    by: { id: UUID, begun_by: 'service', status: 'in_progress', expires_at: `now() + interval '24 hours'`, ...times },
  },
  'public.saved_answers': {
    given: () => ({ channel_id: channel, content: 'x' }),
    by: { id: UUID, user_id: CALLER, ...times },
  },
  'public.transcript_chunks': {
    given: async () => ({ ...(await transcript()), chunk_index: 0, text: 'x' }),
    by: { id: UUID, embedding_status: 'pending', ...times },
  },
  'public.transcripts': {
    given: async () => ({ channel_id: channel, video_id: await app.video(channel) }),
    by: { id: UUID, source_type: 'caption', extraction_status: 'pending', retry_count: 0, ...times },
  },
  'public.usage_daily': {
    given: () => ({ user_id: user }),
    by: { id: UUID, day: TODAY, messages_sent: 0, creators_added: 0, videos_indexed: 0, ...times },
  },
  'public.user_creators': { given: () => ({ channel_id: channel }), by: { id: UUID, user_id: CALLER, added_at: NOW } },
  'public.user_roles': { given: () => ({ user_id: user, role: 'admin' }), by: { id: UUID, created_at: NOW } },
  'public.user_usage': {
    given: async () => {
      await none('public.user_usage', 'user_id', user);
      return { user_id: user, plan_id: (await app.sql(`select id from public.plans where code = 'free'`))[0]?.id };
    },
    by: {
      id: UUID,
      plan_started_at: NOW,
      messages_sent_today: 0,
      usage_date: TODAY,
      messages_sent_total: '0',
      creators_added: 0,
      videos_indexed: 0,
      ...times,
    },
  },
  'public.videos': {
    given: () => ({ channel_id: channel, youtube_video_id: 'x', title: 'x' }),
    by: {
      id: UUID,
      transcript_status: 'pending',
      content_type: 'video',
      has_live_streaming_details: false,
      live_broadcast_content: 'none',
      ...times,
    },
  },
  'public.voice_conversations': {
    given: () => ({ channel_id: channel }),
    by: { id: UUID, user_id: CALLER, duration_seconds: 0, transcript: [], ...times },
  },
};

test.each(Object.entries(DEFAULTS))('%s: each default gives its value', async (table, { given, by }) => {
  const goOn = await app.stopClock();
  try {
    const values = await given();
    const names = Object.keys(values);
    await app.sql(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify({ sub: user })]);
    const [row = {}] = await app.sql(
      `insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')}) returning *`,
      Object.values(values),
    );
    for (const [column, value] of Object.entries(by)) {
      const computed = value === CALLER ? user : await computedValue(value);
      expect([column, row[column]]).toEqual([column, computed]);
    }
  } finally {
    await goOn();
  }
});

/** What a query of the same transaction gives for a moment or a day; any other value as it is. */
async function computedValue(value: unknown): Promise<unknown> {
  if (typeof value !== 'string' || !value.includes('now()')) return value;
  return (await app.sql(`select ${value} as value`))[0]?.value;
}

test('these are all columns that have a default', async () => {
  const columns = await app.sql(
    `select n.nspname || '.' || c.relname as table, a.attname as column
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
        and (a.atthasdef or a.attidentity <> '') and a.attgenerated = ''`,
  );
  const listed = Object.entries(DEFAULTS).flatMap(([table, { by }]) =>
    Object.keys(by).map((column) => `${table}.${column}`),
  );
  expect(listed.toSorted()).toEqual(columns.map(({ table, column }) => `${table}.${column}`).toSorted());
});

test('a count of one kind begins the other counts of the day with nothing', async () => {
  const someone = await app.user();
  await app.as('service', 'select public.increment_message_count($1)', [someone]);
  const daily = 'select messages_sent, creators_added, videos_indexed from public.usage_daily where user_id = $1';
  expect(await app.sql(daily, [someone])).toEqual([{ messages_sent: 1, creators_added: 0, videos_indexed: 0 }]);
  await app.as('service', 'select public.increment_videos_indexed($1, 2)', [someone]);
  expect(await app.sql(daily, [someone])).toEqual([{ messages_sent: 1, creators_added: 0, videos_indexed: 2 }]);
});
