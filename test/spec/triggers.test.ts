// Each trigger fires when it is meant to, and does not otherwise: what the condition of a trigger keeps out is executed too.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, freshApp, type Row } from './functions/support.ts';
import { SIZE_LIMITS } from './size-limits.ts';

let app: App;
let goOn: (() => Promise<void>) | undefined;
/** The ids of what the statements below are about, by name: a statement has them as `:user`. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  app = await freshApp();
  ids.user = await app.user('moderator');
  ids.other = await app.user();
  ids.closed = await app.channel();
  ids.open = await app.channel({ public_slug: 'open' });
  const [{ id: free } = {}] = await app.sql(`select id from public.plans where code = 'free'`);
  ids.free = free as string;
  const [{ id: pro } = {}] = await app.sql(`select id from public.plans where code = 'pro'`);
  ids.pro = pro as string;
  ids.other = await app.user();
  for (const name of ['here', 'there']) {
    ids[name] = await app.transcript(name === 'here' ? (ids.closed as string) : (ids.open as string));
    ids[`${name}_video`] = (await app.sql('select video_id from public.transcripts where id = $1', [ids[name]]))[0]
      ?.video_id as string;
    await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [
      ids[name],
      '[{"text": "a"}, {"text": "b"}]',
    ]);
  }
  await app.sql('insert into public.user_creators (user_id, channel_id) values ($1, $2)', [ids.user, ids.closed]);
  const [{ id: session } = {}] = await app.sql(
    'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
    [ids.user, ids.closed],
  );
  ids.session = session as string;
  const [{ id: message } = {}] = await app.sql(
    `insert into public.chat_messages (user_id, session_id, role, content, created_at) values ($1, $2, 'user', 'x', '2020-01-01') returning id`,
    [ids.user, ids.session],
  );
  ids.message = message as string;
  // A statement that is inserted here runs within a trigger.
  await app.sql(`
    create table public.within (statement text);
    create function public.within() returns trigger language plpgsql as 'begin execute new.statement; return null; end';
    create trigger within after insert on public.within for each row execute function public.within()`);
});
afterAll(() => app?.drop());

/** Runs what is given on the rows above, and takes everything back. */
async function tried<T>(use: () => Promise<T>): Promise<T> {
  goOn = await app.stopClock();
  try {
    return await use();
  } finally {
    await goOn();
  }
}

const run = (statement: string): Promise<Row[]> =>
  app.sql(statement.replace(/(?<!:):(\w+)/g, (_, name) => `'${ids[name]}'`));
const within = (statement: string): string => `insert into public.within values ($$${statement}$$)`;

/** What can be seen of a trigger: a value that it changes. */
const SEEN: Record<string, string> = {
  standing: `select (select count(*) from private.slug_holders) || ' held, ' || (select count(*) from private.channel_takedowns) || ' down' as seen`,
  updated: `select updated_at = now() as seen from public.channels where id = :closed`,
  chunks: `select string_agg(chunk_count::text, ' ' order by public_slug nulls first) as seen from public.channels`,
};
/** How many rows of a table are counted for the user. */
const rowsOf = (table: string): string =>
  `select coalesce(sum(row_count), 0)::int as seen from private.user_row_counts where user_id = :user and table_name = '${table}'`;
const entries = `select coalesce(string_agg(action::text, ' ' order by action::text), '') as seen from public.audit_log where created_at = now()`;

interface Condition {
  /** A query of one value, called seen. */
  readonly look: string;
  /** What is seen after each statement. */
  readonly fires: Readonly<Record<string, unknown>>;
  readonly silent: Readonly<Record<string, unknown>>;
}

/** Statements with the actions that are audited then; a list is of those with the trigger's own, or with none. */
interface Audited {
  readonly fires: Readonly<Record<string, string>> | readonly string[];
  readonly silent: Readonly<Record<string, string>> | readonly string[];
}

const audits = (action: string, { fires, silent }: Audited): Condition => ({
  look: entries,
  fires: seenAfter(fires, action),
  silent: seenAfter(silent, ''),
});

const seenAfter = (statements: Audited['fires'], seen: string): Readonly<Record<string, string>> =>
  Array.isArray(statements)
    ? Object.fromEntries(statements.map((statement) => [statement, seen]))
    : (statements as Readonly<Record<string, string>>);

const CHANNEL = `insert into public.channels (youtube_channel_id, channel_name, channel_url`;

/** By table and name. */
const CONDITIONS: Record<string, Condition> = {
  'public.user_roles audit_role_granted': audits('role_granted', {
    fires: {
      "insert into public.user_roles (user_id, role) values (:other, 'admin')": 'role_granted',
      [within(`insert into public.user_roles (user_id, role) values (:other, 'admin')`)]: 'role_granted',
      "delete from public.user_roles where user_id = :other; insert into public.user_roles (user_id, role) values (:other, 'user')":
        'role_granted role_revoked',
    },
    silent: [`insert into auth.users (id, email) values (gen_random_uuid(), 'new@example.com')`],
  }),
  'public.user_roles audit_role_changed': audits('role_changed', {
    fires: [
      `update public.user_roles set role = 'admin' where user_id = :user and role = 'moderator'`,
      `update public.user_roles set user_id = :other where user_id = :user and role = 'moderator'`,
      within(`update public.user_roles set role = 'admin' where user_id = :user and role = 'moderator'`),
    ],
    silent: [
      `update public.user_roles set granted_by = :other where user_id = :user`,
      `update public.user_roles set user_id = user_id, role = role`,
      `update public.user_roles set created_at = created_at - interval '1 day'`,
    ],
  }),
  'public.user_roles audit_role_revoked': audits('role_revoked', {
    fires: [
      `delete from public.user_roles where user_id = :user and role = 'moderator'`,
      `delete from public.user_roles where user_id = :user and role = 'user'`,
      within(`delete from public.user_roles where user_id = :user and role = 'moderator'`),
      'delete from auth.users where id = :user',
    ],
    silent: ['delete from auth.users where id = :other', within(`delete from public.user_roles where role = 'user'`)],
  }),
  'public.user_usage audit_plan_given': audits('plan_changed', {
    fires: [
      'delete from public.user_usage where user_id = :user; insert into public.user_usage (user_id, plan_id) values (:user, :pro)',
    ],
    silent: [
      `insert into auth.users (id, email) values (gen_random_uuid(), 'new@example.com')`,
      `delete from public.user_usage where user_id = :user; ${within('insert into public.user_usage (user_id, plan_id) values (:user, :free)')}`,
    ],
  }),
  'public.user_usage audit_plan_changed': audits('plan_changed', {
    fires: [
      'update public.user_usage set plan_id = :pro where user_id = :user',
      `update public.user_usage set plan_expires_at = '2100-01-01' where user_id = :user`,
      'delete from public.user_usage where user_id = :other; update public.user_usage set user_id = :other where user_id = :user',
      within('update public.user_usage set plan_id = :pro where user_id = :user'),
    ],
    silent: [
      'update public.user_usage set messages_sent_today = 1, messages_sent_total = 1, videos_indexed = 1, creators_added = 1',
      `update public.user_usage set plan_started_at = plan_started_at - interval '1 day'`,
      'update public.user_usage set plan_id = plan_id, user_id = user_id, plan_expires_at = plan_expires_at',
    ],
  }),
  'public.channels audit_channel_published_new': audits('channel_published', {
    fires: [`${CHANNEL}, public_slug) values ('UCn', 'n', 'u', 'new')`],
    silent: [`${CHANNEL}) values ('UCn', 'n', 'u')`],
  }),
  'public.channels audit_channel_published': audits('channel_published', {
    fires: [`update public.channels set public_slug = 'opened' where id = :closed`],
    silent: {
      "update public.channels set public_slug = 'elsewhere' where id = :open": 'channel_slug_changed',
      'update public.channels set public_slug = null where id = :open': 'channel_unpublished',
      "update public.channels set channel_name = 'x', public_slug = public_slug": '',
    },
  }),
  'public.channels audit_channel_slug_changed': audits('channel_slug_changed', {
    fires: [`update public.channels set public_slug = 'elsewhere' where id = :open`],
    silent: {
      "update public.channels set public_slug = 'opened' where id = :closed": 'channel_published',
      'update public.channels set public_slug = null': 'channel_unpublished',
      "update public.channels set public_slug = 'open', channel_name = 'x' where id = :open": '',
    },
  }),
  'public.channels audit_channel_unpublished': audits('channel_unpublished', {
    fires: ['update public.channels set public_slug = null where id = :open'],
    silent: {
      "update public.channels set public_slug = 'opened' where id = :closed": 'channel_published',
      'update public.channels set public_slug = null where id = :closed': '',
      "update public.channels set channel_name = 'x'": '',
    },
  }),
  'public.channels hold_new_slug': {
    look: SEEN.standing as string,
    fires: { [`${CHANNEL}, public_slug) values ('UCn', 'n', 'u', 'new')`]: '2 held, 0 down' },
    silent: { [`${CHANNEL}) values ('UCn', 'n', 'u')`]: '1 held, 0 down' },
  },
  'public.channels hold_slug': {
    look: SEEN.standing as string,
    fires: {
      'update public.channels set public_slug = null where id = :open': '1 held, 1 down',
      "update public.channels set public_slug = 'elsewhere' where id = :open": '2 held, 0 down',
      "update public.channels set public_slug = 'opened' where id = :closed": '2 held, 0 down',
    },
    silent: {
      'update public.channels set public_slug = null where id = :closed': '1 held, 0 down',
      "update public.channels set channel_name = 'x', public_slug = public_slug": '1 held, 0 down',
    },
  },
  'public.channels set_updated_at': {
    look: SEEN.updated as string,
    fires: {
      "update public.channels set channel_name = 'x' where id = :closed": true,
      "update public.channels set chunk_count = chunk_count, updated_at = '2000-01-01' where id = :closed": true,
    },
    silent: {
      'update public.channels set chunk_count = chunk_count + 1 where id = :closed': false,
      'delete from public.transcript_chunks where transcript_id = :here': false,
    },
  },
  'public.transcript_chunks count_moved_chunk': {
    look: SEEN.chunks as string,
    fires: {
      'update public.transcript_chunks set channel_id = :open, video_id = :there_video, transcript_id = :there, chunk_index = 9 where transcript_id = :here and chunk_index = 0':
        '1 3',
    },
    silent: {
      'update public.transcript_chunks set channel_id = channel_id': '2 2',
      "update public.transcript_chunks set text = 'x'": '2 2',
    },
  },
  ...Object.fromEntries(
    Object.entries({
      chat_sessions: 'insert into public.chat_sessions (user_id, channel_id) values (:user, :open)',
      chat_messages: `insert into public.chat_sessions (id, user_id, channel_id) values (:other, :other, :open)`,
      saved_answers: `insert into public.saved_answers (user_id, channel_id, content) values (:user, :closed, 'x')`,
      voice_conversations: 'insert into public.voice_conversations (user_id, channel_id) values (:user, :closed)',
      request_idempotency: `insert into public.request_idempotency (user_id, operation_type, idempotency_key, request_hash, locked_until) values (:user, 'x', 'x', 'h', '2100-01-01')`,
    }).map(([table, row]): [string, Condition] => {
      const [set, own] = table === 'chat_messages' ? [', session_id = :other', ''] : ['', 'and id <> :session'];
      // The session that has a message stays with its user, whom it is counted for.
      const stays = table === 'chat_sessions' ? 1 : 0;
      const update = (user: string, also = ''): string =>
        `${row}; update public.${table} set user_id = ${user}${also} where user_id = :user ${own}`;
      return [
        `public.${table} count_moved_row`,
        {
          look: `
            select coalesce(sum(row_count) filter (where user_id = :user), 0) || ' ' || coalesce(sum(row_count) filter (where user_id = :other), 0) as seen
            from private.user_row_counts where table_name = '${table}'`,
          fires: { [update(':other', set)]: `${stays} 1` },
          silent: { [update('user_id')]: `${stays + 1} 0` },
        },
      ];
    }),
  ),
};

const cases = Object.entries(CONDITIONS).flatMap(([trigger, { look, fires, silent }]) => [
  ...Object.entries(fires).map(([statement, seen]) => [trigger, 'acts', statement, look, seen] as const),
  ...Object.entries(silent).map(([statement, seen]) => [trigger, 'does not act', statement, look, seen] as const),
]);

test.each(cases)('%s %s: %s', async (_, __, statement, look, seen) => {
  await tried(async () => {
    // A change of this moment is seen by its time, and the entries of making the rows are older.
    await run(
      `set local session_replication_role = replica; update public.channels set updated_at = '2000-01-01'; set local session_replication_role = origin`,
    );
    await run(statement);
    expect(await run(look)).toEqual([{ seen }]);
  });
});

/** Triggers without a condition: what is seen before and after a statement for which they fire. */
const asUser = (statement: string): string =>
  `set local role authenticated;
   select set_config('request.jwt.claims', json_build_object('sub', :user, 'role', 'authenticated')::text, true);
   ${statement}; reset role`;
const ALWAYS: Record<string, { readonly statement: string; readonly look: string; readonly seen: readonly unknown[] }> =
  {
    'auth.users handle_new_user': {
      statement: `insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000000a', 'new@example.com')`,
      look: `select count(*)::int as seen from public.profiles where id = '00000000-0000-4000-8000-00000000000a'`,
      seen: [0, 1],
    },
    'public.channels audit_channel_deleted': {
      statement: 'delete from public.channels where id = :closed',
      look: entries,
      seen: ['', 'channel_deleted'],
    },
    'public.transcript_chunks count_inserted_chunks': {
      statement: `insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text) values (:closed, :here_video, :here, 7, 'x'), (:closed, :here_video, :here, 8, 'x')`,
      look: SEEN.chunks as string,
      seen: ['2 2', '4 2'],
    },
    'public.transcript_chunks count_deleted_chunks': {
      statement: 'delete from public.transcript_chunks where transcript_id = :here',
      look: SEEN.chunks as string,
      seen: ['2 2', '0 2'],
    },
    // A row that is locked says by whom.
    'public.transcript_chunks lock_channel_of_chunk': {
      statement: `alter table public.transcript_chunks disable trigger count_inserted_chunks;
      insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text) values (:closed, :here_video, :here, 7, 'x')`,
      look: 'select xmax = pg_current_xact_id()::xid as seen from public.channels where id = :closed',
      seen: [false, true],
    },
    'public.user_creators count_added_creators': {
      statement: 'insert into public.user_creators (user_id, channel_id) values (:other, :open)',
      look: 'select creators_added as seen from public.user_usage where user_id = :other',
      seen: [0, 1],
    },
    'public.user_creators count_removed_creators': {
      statement: 'delete from public.user_creators where user_id = :user',
      look: 'select creators_added as seen from public.user_usage where user_id = :user',
      seen: [1, 0],
    },
    'public.chat_messages note_last_message': {
      statement: `insert into public.chat_messages (user_id, session_id, role, content, created_at) values (:user, :session, 'user', 'x', '2030-01-01')`,
      look: `select last_message_at = '2030-01-01' as seen from public.chat_sessions where id = :session`,
      seen: [false, true],
    },
    'public.user_creators bound_times': {
      statement: asUser(`insert into public.user_creators (channel_id, added_at) values (:open, '2020-01-01')`),
      look: 'select count(*)::int as seen from public.user_creators where channel_id = :open and added_at = now()',
      seen: [0, 1],
    },
    'public.chat_sessions bound_times': {
      statement: asUser(
        `insert into public.chat_sessions (channel_id, created_at, updated_at, last_message_at) values (:open, '2020-01-01', 'infinity', 'infinity')`,
      ),
      look: `select count(*)::int as seen from public.chat_sessions
             where channel_id = :open and created_at = '2020-01-01' and updated_at = now() and last_message_at is null`,
      seen: [0, 1],
    },
    ...Object.fromEntries(
      [
        ['chat_messages', 'session_id, role, content', `:session, 'user', 'x'`],
        ['saved_answers', 'channel_id, content', `:closed, 'x'`],
        ['voice_conversations', 'channel_id', ':closed'],
      ].map(([table, columns, values]) => [
        `public.${table} bound_times`,
        {
          statement: asUser(`insert into public.${table} (${columns}, created_at) values (${values}, 'infinity')`),
          look: `select count(*)::int as seen from public.${table} where created_at = now()`,
          seen: [0, 1],
        },
      ]),
    ),
    'public.chat_sessions count_added_rows': {
      statement: 'insert into public.chat_sessions (user_id, channel_id) values (:user, :open)',
      look: rowsOf('chat_sessions'),
      seen: [1, 2],
    },
    'public.chat_sessions count_removed_rows': {
      statement: 'delete from public.chat_sessions where user_id = :user',
      look: rowsOf('chat_sessions'),
      seen: [1, 0],
    },
    'public.chat_messages count_added_rows': {
      statement: `insert into public.chat_messages (user_id, session_id, role, content) values (:user, :session, 'user', 'x')`,
      look: rowsOf('chat_messages'),
      seen: [1, 2],
    },
    'public.chat_messages count_removed_rows': {
      statement: 'delete from public.chat_messages where user_id = :user',
      look: rowsOf('chat_messages'),
      seen: [1, 0],
    },
    // A row that is locked says by whom.
    'public.chat_messages hold_row_count': {
      statement: `select set_config('request.jwt.claims', '{"sub": "' || :user || '"}', true);
      delete from public.chat_messages where false`,
      look: `select xmax = pg_current_xact_id()::xid as seen from private.user_row_counts where user_id = :user and table_name = 'chat_messages'`,
      seen: [false, true],
    },
    ...Object.fromEntries(
      Object.entries({
        saved_answers: `insert into public.saved_answers (user_id, channel_id, content) values (:user, :closed, 'x')`,
        voice_conversations: 'insert into public.voice_conversations (user_id, channel_id) values (:user, :closed)',
        request_idempotency: `insert into public.request_idempotency (user_id, operation_type, idempotency_key, request_hash, locked_until) values (:user, 'x', 'x', 'h', '2100-01-01')`,
      }).flatMap(([table, statement]) => [
        [`public.${table} count_added_rows`, { statement, look: rowsOf(table), seen: [0, 1] }],
        [
          `public.${table} count_removed_rows`,
          {
            statement: `${statement}; ${statement.replace(`'x', 'x'`, `'x', 'y'`)}; delete from public.${table} where id in (select id from public.${table} limit 1)`,
            look: rowsOf(table),
            seen: [0, 1],
          },
        ],
      ]),
    ),
    'public.saved_answers settle_saved_answer': {
      statement: `insert into public.saved_answers (user_id, channel_id, message_id, content) values (:user, :closed, :message, 'x')`,
      look: 'select count(*)::int as seen from public.saved_answers where session_id = :session',
      seen: [0, 1],
    },
  };

test.each(Object.entries(ALWAYS))('%s acts', async (_, { statement, look, seen }) => {
  await tried(async () => {
    expect(await run(look)).toEqual([{ seen: seen[0] }]);
    await run(statement);
    expect(await run(look)).toEqual([{ seen: seen[1] }]);
  });
});

test('public.audit_log audit_refuse acts: nothing that is written changes or goes', async () => {
  for (const statement of [
    `update public.audit_log set table_name = 'x'`,
    'delete from public.audit_log where false',
    'truncate public.audit_log',
  ])
    await expect(app.sql(statement)).rejects.toMatchObject({ code: '42501' });
});

/** A row of each table that keeps its time of change, and a change of it. */
const DATED: Record<string, string> = {
  plans: `update public.plans set videos_per_creator_limit = videos_per_creator_limit where id = :free`,
  profiles: `update public.profiles set display_name = 'x' where id = :user`,
  videos: `update public.videos set title = 'x' where id = :here_video`,
  transcripts: `update public.transcripts set language = 'de' where id = :here`,
  transcript_chunks: `update public.transcript_chunks set text = 'x' where transcript_id = :here`,
  chat_sessions: `update public.chat_sessions set last_message_at = null where id = :session`,
  saved_answers: `update public.saved_answers set content = 'y' where user_id = :user`,
  voice_conversations: `update public.voice_conversations set duration_seconds = 1 where user_id = :user`,
  usage_daily: `update public.usage_daily set videos_indexed = 1 where user_id = :user`,
  user_usage: `update public.user_usage set videos_indexed = 1 where user_id = :user`,
  request_idempotency: `update public.request_idempotency set request_hash = 'i' where user_id = :user`,
};
const MADE = `
  insert into public.saved_answers (user_id, channel_id, content) values (:user, :closed, 'x');
  insert into public.voice_conversations (user_id, channel_id) values (:user, :closed);
  insert into public.request_idempotency (user_id, operation_type, idempotency_key, request_hash, locked_until) values (:user, 'x', 'x', 'h', '2100-01-01')`;

describe('the time of change', () => {
  test.each(Object.entries(DATED))('of %s is that of the change, whatever is said', async (table, change) => {
    await tried(async () => {
      await run(MADE);
      await run(
        `set local session_replication_role = replica; update public.${table} set updated_at = '2000-01-01'; set local session_replication_role = origin`,
      );
      await run(change);
      const dated = `select count(*)::int as seen from public.${table} where updated_at = now()`;
      const [{ seen } = {}] = await run(dated);
      expect(seen).toBeGreaterThan(0);
      await run(change.replace(' set ', ` set updated_at = '1999-01-01', `));
      expect(await run(dated)).toEqual([{ seen }]);
    });
  });
});

test('a saved answer knows the session of a message that its own statement wrote', async () => {
  await tried(async () => {
    const saved = await run(`
      with message as (
        insert into public.chat_messages (user_id, session_id, role, content) values (:user, :session, 'assistant', 'x') returning id
      )
      insert into public.saved_answers (user_id, channel_id, message_id, content)
      select :user, :closed, message.id, 'x' from message returning session_id`);
    expect(saved).toEqual([{ session_id: ids.session }]);
  });
});

test('a saved answer about another’s message is refused as one about a message that never was', async () => {
  const refusal = (message: string) =>
    tried(() =>
      run(
        `insert into public.saved_answers (user_id, channel_id, message_id, content) values (:other, :closed, ${message}, 'x')`,
      ).then(
        () => 'saved',
        ({ code, constraint }) => ({ code, constraint }),
      ),
    );
  const [known, unknown] = [await refusal(':message'), await refusal('gen_random_uuid()')];
  expect(known).toEqual({ code: '23514', constraint: expect.any(String) });
  expect(known).toEqual(unknown);
});

test('a saved answer about one of several messages is of that message’s session', async () => {
  await tried(async () => {
    const said = await run(`
      with session as (insert into public.chat_sessions (user_id, channel_id) values (:user, :open) returning id)
      insert into public.chat_messages (user_id, session_id, role, content) select :user, id, 'user', 'y' from session
      returning id, session_id`);
    const all = [
      ...said.map(({ id, session_id }) => ({ id, session_id, channel_id: ids.open })),
      { id: ids.message, session_id: ids.session, channel_id: ids.closed },
    ];
    for (const { id, session_id, channel_id } of all)
      expect(
        await app.sql(
          `insert into public.saved_answers (user_id, channel_id, message_id, content) values ($1, $2, $3, 'x') returning session_id`,
          [ids.user, channel_id, id],
        ),
      ).toEqual([{ session_id }]);
  });
});

test('these are all triggers, and all conditions of triggers', async () => {
  const triggers = await app.sql(
    `select t.tgrelid::regclass::text as table, n.nspname || '.' || c.relname || ' ' || t.tgname as name, t.tgqual is not null as conditional
       from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where not t.tgisinternal and n.nspname in ('public', 'auth') and c.relname <> 'within'`,
  );
  const named = (conditional: boolean) =>
    triggers.filter((trigger) => trigger.conditional === conditional).map(({ name }) => name as string);
  // test/spec/attacks/sizes.test.ts shows each of these at its limit and beyond it.
  const sizes = SIZE_LIMITS.filter(({ trigger }) => trigger).map(
    ({ table, column }) => `public.${table} limit_${column}`,
  );
  expect([...Object.keys(CONDITIONS), ...sizes].toSorted()).toEqual(named(true).toSorted());
  const always = [
    ...Object.keys(ALWAYS),
    ...Object.keys(DATED).map((table) => `public.${table} set_updated_at`),
    'public.audit_log audit_refuse',
  ];
  expect(always.toSorted()).toEqual(named(false).toSorted());
});
