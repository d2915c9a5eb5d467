// What a function does about one record depends on that record, and changes no other's.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bodiesOf, existsIn } from './bodies.ts';
import { type App, type Caller, freshApp, type Row } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
});
// Entries of the audit log are written directly.
afterAll(() => app?.dropChanged());

const publish = 'select (public.publish_channel($1, $2)).public_slug';
let slugs = 0;
const slug = (): string => `others-${++slugs}`;
const follow = (user: string, channel: string) =>
  app.sql(
    `insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, now() - interval '1 day')`,
    [user, channel],
  );
const audited = (action: string, record: string) =>
  app.sql(
    `insert into public.audit_log (action, table_name, record_id) values ($1::public.audit_action, 'public.channels', $2)`,
    [action, record],
  );

/**
 * For each EXISTS of a function: a record of somebody or something else, or another record of the same, does not satisfy
 * it. A function with another number of them fails below.
 */
const GUARDS: Record<string, Record<string, () => Promise<void>>[]> = {
  'private.has_role': [
    {
      'another user’s role is not mine': async () => {
        await app.user('admin');
        const user = await app.user();
        expect(
          await app.as({ user }, 'select private.is_admin() as admin, private.is_moderator() as moderator'),
        ).toEqual([{ admin: false, moderator: false }]);
      },
      'another role is not this one': async () => {
        const user = await app.user('moderator');
        expect(
          await app.as({ user }, 'select private.is_admin() as admin, private.is_moderator() as moderator'),
        ).toEqual([{ admin: false, moderator: true }]);
      },
    },
  ],
  'private.publish_channel': [
    {
      'who follows another channel does not follow this one': async () => {
        const [user, channel] = [await app.user(), await app.channel()];
        await follow(user, await app.channel());
        expect(await app.failure({ user }, publish, [channel, slug()])).toMatchObject({ error: 'not_follower' });
      },
      'that another user follows it does not make one a follower': async () => {
        const [user, channel] = [await app.user(), await app.channel()];
        await follow(await app.user(), channel);
        expect(await app.failure({ user }, publish, [channel, slug()])).toMatchObject({ error: 'not_follower' });
      },
    },
    {
      'a channel that was taken down keeps no other from being published': async () => {
        const [user, channel, other] = [
          await app.user(),
          await app.channel(),
          await app.channel({ public_slug: slug() }),
        ];
        await app.as({ user: await app.user('moderator') }, 'select public.unpublish_channel($1)', [other]);
        await follow(user, channel);
        const given = slug();
        expect(await app.as({ user }, publish, [channel, given])).toEqual([{ public_slug: given }]);
        await follow(user, other);
        expect(await app.failure({ user }, publish, [other, slug()])).toMatchObject({ error: 'taken_down' });
      },
      'nothing that is audited does': async () => {
        const [user, channel] = [await app.user(), await app.channel()];
        await follow(user, channel);
        const actions = await app.sql(`select unnest(enum_range(null::public.audit_action))::text as action`);
        for (const { action } of actions) await audited(action as string, channel);
        const given = slug();
        expect(await app.as({ user }, publish, [channel, given])).toEqual([{ public_slug: given }]);
      },
    },
  ],
  'public.consume_public_chat_quota': [
    {
      'that another channel is public does not make this one public': async () => {
        const channel = await app.channel();
        await app.channel({ public_slug: slug() });
        const ask = 'select * from public.consume_public_chat_quota($1, $2, 5)';
        expect(await app.failure('service', ask, ['me', channel])).toMatchObject({ error: 'unknown_channel' });
      },
    },
  ],
  'private.half_precision': [
    {
      'that other numbers are large does not make one too large': async () => {
        const embedding = (number: number) => `array_fill(${number}, array[1536])::real[]::extensions.vector`;
        expect(
          await app.sql(
            `select private.half_precision(${embedding(65_000)}) is not null as fits, private.half_precision(${embedding(66_000)}) is null as not`,
          ),
        ).toEqual([{ fits: true, not: true }]);
      },
    },
  ],
  'private.consume_message_quota': [
    {
      'that another user has a usage row does not give this one a row': async () => {
        const user = await app.user();
        await app.user();
        await app.sql('delete from public.user_usage where user_id = $1', [user]);
        expect(await app.as({ user }, 'select messages_sent_today from public.consume_message_quota()')).toEqual([
          { messages_sent_today: 1 },
        ]);
      },
    },
  ],
};

for (const [name, guards] of Object.entries(GUARDS))
  for (const cases of guards) for (const [title, run] of Object.entries(cases)) test(`${name}: ${title}`, run);

test('every EXISTS of every function is among them', async () => {
  const bodies = await bodiesOf(app.url);
  const found = bodies.map(({ name, trees }) => [name, existsIn(trees)] as const).filter(([, count]) => count > 0);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(GUARDS).map(([name, guards]) => [name, guards.length])),
  );
});

/** All that somebody has: what a call about another must leave as it is. */
interface Side {
  readonly user: string;
  readonly channel: string;
  readonly transcript: string;
  /** Another transcript of the same channel. */
  readonly sibling: string;
  /** Another request of the same user, in progress too. */
  readonly pending: string;
  readonly session: string;
  readonly lock: { readonly key: string; readonly token: string };
  readonly request: string;
}

async function side(): Promise<Side> {
  const user = await app.user('moderator');
  const channel = await app.channel({ public_slug: slug() });
  await follow(user, channel);
  const chunks = JSON.stringify([{ text: 'one', embedding: [1, ...Array(1535).fill(0)] }, { text: 'two' }]);
  const [transcript, sibling] = [await app.transcript(channel), await app.transcript(channel)];
  for (const id of [transcript, sibling])
    await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [id, chunks]);
  const [{ id: session } = {}] = await app.sql(
    'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
    [user, channel],
  );
  await app.sql(
    `insert into public.chat_messages (user_id, session_id, role, content) values ($1, $2, 'user', 'egg')`,
    [user, session],
  );
  await app.as('service', 'select public.consume_message_quota($1)', [user]);
  await app.as('service', `select public.consume_public_chat_quota($1, $2, 9)`, [`asker of ${channel}`, channel]);
  const key = `lock of ${user}`;
  const [{ token } = {}] = await app.as('service', `select public.acquire_operation_lock($1, 'x', 600, $2) as token`, [
    key,
    user,
  ]);
  const begin = async (name: string) =>
    (await app.as('service', `select request_id from public.begin_request($1, 'x', 'h', $2)`, [name, user]))[0]
      ?.request_id as string;
  const [request, pending] = [await begin('key'), await begin('pending')];
  return {
    user,
    channel,
    transcript,
    sibling,
    session: session as string,
    lock: { key, token: token as string },
    request,
    pending,
  };
}

/** Every row of the public tables, as `table: row`. */
async function everything(): Promise<Set<string>> {
  const tables = await app.sql(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const rows: Row[] = [];
  for (const { name } of tables)
    rows.push(...(await app.sql(`select '${name}: ' || to_jsonb(t)::text as row from public.${name} t`)));
  return new Set(rows.map(({ row }) => row as string));
}

describe('of two who have the same', () => {
  let mine: Side;
  let admin: string;
  beforeAll(async () => {
    await side();
    mine = await side();
    await side();
    admin = await app.user('admin');
  });

  const asAdmin = (): Caller => ({ user: admin });
  const service = (): Caller => 'service';
  const me = (): Caller => ({ user: mine.user });

  /** Calls about my records, who calls, and the tables in which that changes rows; in an order in which each can be made. */
  const calls: [title: string, who: () => Caller, text: string, values: () => unknown[], changes: string[]][] = [
    [
      'consume_message_quota',
      me,
      'select public.consume_message_quota($1)',
      () => [mine.user],
      ['usage_daily', 'user_usage'],
    ],
    [
      'increment_message_count',
      service,
      'select public.increment_message_count($1)',
      () => [mine.user],
      ['usage_daily', 'user_usage'],
    ],
    [
      'increment_videos_indexed',
      service,
      'select public.increment_videos_indexed($1, 2)',
      () => [mine.user],
      ['usage_daily', 'user_usage'],
    ],
    [
      'increment_creator_count',
      service,
      'select public.increment_creator_count($1)',
      () => [mine.user],
      ['user_usage'],
    ],
    [
      'decrement_creator_count',
      service,
      'select public.decrement_creator_count($1)',
      () => [mine.user],
      ['user_usage'],
    ],
    [
      'consume_public_chat_quota',
      service,
      'select public.consume_public_chat_quota($1, $2, 9)',
      () => [`asker of ${mine.channel}`, mine.channel],
      ['public_chat_limits'],
    ],
    [
      'renew_operation_lock',
      service,
      'select public.renew_operation_lock($1, $2, 700)',
      () => [mine.lock.key, mine.lock.token],
      ['operation_locks'],
    ],
    [
      'release_operation_lock',
      service,
      'select public.release_operation_lock($1, $2)',
      () => [mine.lock.key, mine.lock.token],
      ['operation_locks'],
    ],
    [
      'complete_request',
      service,
      `select public.complete_request($1, '{}')`,
      () => [mine.request],
      ['request_idempotency'],
    ],
    [
      'begin_request',
      service,
      `select public.begin_request('another', 'x', 'h', $1)`,
      () => [mine.user],
      ['request_idempotency'],
    ],
    [
      'fail_request',
      service,
      `select public.fail_request((select id from public.request_idempotency where user_id = $1 and idempotency_key = 'another'))`,
      () => [mine.user],
      ['request_idempotency'],
    ],
    [
      'replace_transcript_chunks',
      service,
      'select public.replace_transcript_chunks($1, $2)',
      () => [mine.transcript, JSON.stringify([{ text: 'new' }, { text: 'newer' }, { text: 'newest' }])],
      ['channels', 'chunk_embeddings', 'transcript_chunks'],
    ],
    [
      'a message',
      me,
      `insert into public.chat_messages (session_id, role, content) values ($1, 'user', 'x')`,
      () => [mine.session],
      ['chat_messages', 'chat_sessions'],
    ],
    [
      'revoke_role',
      asAdmin,
      `select public.revoke_role($1, 'moderator')`,
      () => [mine.user],
      ['audit_log', 'user_roles'],
    ],
    [
      'grant_role',
      asAdmin,
      `select public.grant_role($1, 'moderator')`,
      () => [mine.user],
      ['audit_log', 'user_roles'],
    ],
    ['unpublish_channel', me, 'select public.unpublish_channel($1)', () => [mine.channel], ['audit_log', 'channels']],
    [
      'publish_channel',
      me,
      'select public.publish_channel($1, $2)',
      () => [mine.channel, slug()],
      ['audit_log', 'channels'],
    ],
    [
      'unfollowing',
      me,
      'delete from public.user_creators where channel_id = $1',
      () => [mine.channel],
      ['user_creators', 'user_usage'],
    ],
  ];

  test.each(calls)('%s about the one changes nothing of the other', async (_, who, text, values, changes) => {
    const ids = [mine.user, mine.channel, mine.transcript, mine.session, mine.lock.key];
    const before = await everything();
    await app.as(who(), text, values());
    const after = await everything();
    const changed = [...before].filter((row) => !after.has(row)).concat([...after].filter((row) => !before.has(row)));
    expect(changed.filter((row) => !ids.some((id) => row.includes(id)))).toEqual([]);
    expect(changed.filter((row) => row.includes(mine.sibling) || row.includes(mine.pending))).toEqual([]);
    expect([...new Set(changed.map((row) => row.slice(0, row.indexOf(':'))))].toSorted()).toEqual(changes);
  });

  test('new chunks are in the transcript that was named, and in no other of the channel', async () => {
    const text = (transcript: string) =>
      app.sql('select text from public.transcript_chunks where transcript_id = $1 order by chunk_index', [transcript]);
    expect(await text(mine.transcript)).toEqual([{ text: 'new' }, { text: 'newer' }, { text: 'newest' }]);
    expect(await text(mine.sibling)).toEqual([{ text: 'one' }, { text: 'two' }]);
  });

  test('a role that is taken leaves the others of the same user', async () => {
    const roles = () =>
      app.sql('select role::text from public.user_roles where user_id = $1 order by role', [mine.user]);
    expect(await roles()).toEqual([{ role: 'moderator' }, { role: 'user' }]);
    await app.as(asAdmin(), `select public.revoke_role($1, 'moderator')`, [mine.user]);
    expect(await roles()).toEqual([{ role: 'user' }]);
  });
});

test('a connection that took no role is the service as far as its user is', async () => {
  await app.sql('reset role');
  expect(await app.sql('select current_setting($1) as role, private.is_service() as service', ['role'])).toEqual([
    { role: 'none', service: true },
  ]);
});
