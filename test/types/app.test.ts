// The types that the generator can't know hold: what may be null is null somewhere, and what the app writes is read back.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nullableArguments, nullableColumns, nullableResults } from '../../types/app.ts';
import type { Database as Generated } from '../../types/database.ts';
import { vector } from '../spec/functions/search-support.ts';
import { type App, type Caller, freshApp, type Row } from '../spec/functions/support.ts';

let app: App;
let user: string;
let admin: string;
let channel: string;
let transcript: string;
beforeAll(async () => {
  app = await freshApp();
  admin = await app.user('admin');
  user = await app.user();
  channel = await app.channel();
  transcript = await app.transcript(channel);
  await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [
    transcript,
    JSON.stringify([
      { text: 'With times', start_time: 1, end_time: 2, embedding: JSON.parse(vector(1)) },
      { text: 'Without', embedding: JSON.parse(vector(1)) },
    ]),
  ]);
  await app.channel({ ingestion_status: 'failed' });
  await app.transcript(await app.channel({ public_slug: 'open', ingestion_status: 'failed', error_message: 'x' }), {
    language: 'en',
    extraction_status: 'pending',
  });
  // Neither an address nor a profile, and a plan that ends.
  await app.sql(`
    insert into auth.users (id) values ('${BARE}');
    delete from public.profiles where id = '${BARE}';
    insert into public.user_usage (user_id, plan_id, plan_expires_at)
      select '${user}', id, now() + interval '1 day' from public.plans where code = 'pro'
      on conflict (user_id) do update set plan_id = excluded.plan_id, plan_expires_at = excluded.plan_expires_at`);
  await app.as({ user }, 'select * from public.consume_message_quota()');
  await app.as({ user }, `insert into public.chat_sessions (channel_id) values ('${channel}')`);
  await app.as(
    { user },
    `insert into public.chat_messages (session_id, role, content, sources)
     select id, 'user'::public.message_role, 'an egg', null::jsonb from public.chat_sessions
     union all select id, 'assistant', 'an egg', '[{"videoId": "x", "startTime": 1.5, "similarity": 0.9}]' from public.chat_sessions`,
  );
  for (const given of [`'f', 'm'`, `'f', 'm', 'error', 'E1', 'stack', '{}', 'r', '${user}'`]) {
    await app.as('service', `select public.log_error(${given})`);
  }
});
afterAll(() => app?.dropChanged());

type Name = keyof Generated['public']['Functions'];
type Who = Caller | 'user' | 'admin' | 'superuser';

const BARE = '00000000-0000-4000-8000-00000000f001';
const request = (hash: string): string => `select * from public.begin_request('key', 'chat', '${hash}', '${BARE}')`;
const admins = (statement: string): [Who, string][] => [['admin', `select * from public.${statement}`]];
const service = (...statements: string[]): [Who, string][] =>
  statements.map((statement) => ['service', `select ${statement.startsWith('* ') ? '' : 'public.'}${statement}`]);

/** For each function of the API the statements that show all that its columns, or its result, can be; one superuser prepares. */
const SHOWN: { readonly [name in Name]?: readonly (readonly [Who, string])[] } = {
  acquire_operation_lock: service(`acquire_operation_lock('a', 'b')`, `acquire_operation_lock('a', 'b')`),
  admin_daily_messages: admins('admin_daily_messages()'),
  admin_error_summary: admins('admin_error_summary()'),
  admin_ingestion_queue: admins('admin_ingestion_queue()'),
  admin_overview: admins('admin_overview()'),
  admin_plan_distribution: admins('admin_plan_distribution()'),
  admin_recent_errors: admins('admin_recent_errors()'),
  admin_top_channels: admins('admin_top_channels()'),
  admin_users: admins('admin_users()'),
  begin_request: [
    ['service', request('hash')],
    ['service', request('hash')],
    ['service', request('other')],
    [
      'superuser',
      `update public.request_idempotency set status = 'completed', locked_until = null, completed_at = now(), response = '{}'`,
    ],
    ['service', request('hash')],
  ],
  claim_transcripts: service('* from public.claim_transcripts()'),
  complete_request: service(`complete_request('${BARE}', '{}')`),
  consume_message_quota: [['user', 'select * from public.consume_message_quota()']],
  consume_public_chat_quota: service(
    `* from public.consume_public_chat_quota('x', (select id from public.channels where public_slug = 'open'), 1)`,
  ),
  export_my_data: [
    ['user', 'select public.export_my_data()'],
    // Nobody is signed in.
    ['superuser', 'select public.export_my_data()'],
  ],
  fail_request: service(`fail_request('${BARE}')`),
  get_usage_with_limits: service(`* from public.get_usage_with_limits('${BARE}')`),
  grant_role: [['admin', `select public.grant_role('${BARE}', 'moderator')`]],
  log_error: service(`log_error('f', 'm')`, `log_error('f', 'm', p_user_id => gen_random_uuid())`),
  my_usage: [
    ['user', 'select * from public.my_usage()'],
    ['admin', 'select * from public.my_usage()'],
  ],
  publish_channel: [
    ['superuser', `update public.channels set public_slug = null where public_slug = 'open'`],
    [
      'admin',
      `select * from public.publish_channel((select id from public.channels where error_message is not null), 'opened')`,
    ],
  ],
  purge_expired: service('* from public.purge_expired()'),
  release_operation_lock: service(`release_operation_lock('nothing', 1)`),
  renew_operation_lock: service(`renew_operation_lock('nothing', 1)`),
  replace_transcript_chunks: service(
    `replace_transcript_chunks((select id from public.transcripts where language = 'en'), '[]')`,
  ),
  retrain_search_index: [
    ...service('retrain_search_index()'),
    ['superuser', 'drop index public.idx_chunk_embeddings_bits'],
    ...service('retrain_search_index()'),
  ],
  revoke_role: [['admin', `select public.revoke_role('${BARE}', 'moderator')`]],
  search_all_transcript_chunks: [['user', `select * from public.search_all_transcript_chunks('${vector(1)}')`]],
  search_my_messages: [['user', `select * from public.search_my_messages('egg')`]],
  search_transcript_chunks: [
    [
      'user',
      `select * from public.search_transcript_chunks('${vector(1)}', (select channel_id from public.chat_sessions))`,
    ],
  ],
  unpublish_channel: [
    ['admin', `select * from public.unpublish_channel((select id from public.channels where public_slug is not null))`],
  ],
};

/** The rows of the functions of which a row of a table is the result are known to the generator. */
const ROWS = ['publish_channel', 'unpublish_channel'];

/** The rows that a function gave, of all its statements; what it did is taken back. */
async function rowsOf(name: Name): Promise<Row[]> {
  const goOn = await app.stopClock();
  const rows: Row[] = [];
  try {
    for (const [who, statement] of SHOWN[name] ?? []) {
      const caller = who === 'user' ? { user } : who === 'admin' ? { user: admin } : who;
      rows.push(...(await (caller === 'superuser' ? app.sql(statement) : app.as(caller, statement))));
    }
  } finally {
    await goOn();
  }
  return rows;
}

/** The functions that a client calls: one of a row of a table is a field of that table. */
const names = (): Promise<Row[]> =>
  app.sql(
    `select p.proname as name, p.prorettype = 'void'::regtype as nothing,
       array(select a.name from unnest(p.proargnames, p.proargmodes) with ordinality a (name, mode, place)
             where pg_get_function_arg_default(p.oid, a.place::int) ~ '^NULL') as nullable
     from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
       and not exists (select from unnest(p.proargtypes) given join pg_type t on t.oid = given where t.typtype = 'c')
     order by 1`,
  );

describe('functions', () => {
  test('each that gives something is shown', async () => {
    const all = await names();
    expect(Object.keys(SHOWN).sort()).toEqual(all.filter((row) => !row.nothing).map(({ name }) => name));
  });

  test.each((Object.keys(SHOWN) as Name[]).filter((name) => !ROWS.includes(name)))(
    'what may be null in the result of %s is null in one, and nothing else is',
    async (name) => {
      const rows = await rowsOf(name);
      expect(rows).not.toEqual([]);
      const nulls = Object.keys(rows[0] ?? {}).filter((column) => rows.some((row) => row[column] === null));
      const declared: readonly string[] = (nullableColumns as Partial<Record<Name, readonly string[]>>)[name] ?? [];
      const whole = (nullableResults as readonly Name[]).includes(name) ? [name] : [];
      expect(nulls.sort()).toEqual([...declared, ...whole].sort());
    },
  );

  test.each(ROWS as Name[])('%s gives a row of its table', async (name) => {
    expect(await rowsOf(name)).toEqual([expect.objectContaining({ id: expect.any(String) })]);
  });

  test('arguments that may be null are those whose default is null', async () => {
    const defaults = (await names()).map(({ name, nullable }) => [name, nullable] as [string, string[]]);
    expect(Object.fromEntries(defaults.filter(([, nullable]) => nullable.length > 0))).toEqual(nullableArguments);
  });
});

test('the API has no view, of whose columns nobody knew whether they may be null', async () => {
  expect(
    await app.sql(`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')`),
  ).toEqual([]);
});
