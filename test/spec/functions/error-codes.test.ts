import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, type Caller, type Failure, freshApp } from './support.ts';

interface Documented {
  readonly code: string;
  readonly error: string;
  readonly keys: string[];
  readonly raisedBy: string[];
}

const documented: Documented[] = (await readFile('docs/error-codes.md', 'utf8'))
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [code = '', error = '', keys = '', raisedBy = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    const names = (cell: string): string[] => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] as string);
    return {
      code: names(code)[0] as string,
      error: names(error)[0] as string,
      keys: names(keys),
      raisedBy: names(raisedBy),
    };
  });

const folder = 'migrations/fixtures/functions';
/** What triggers refuse to programs that have rights by mistake is no answer to a client. */
const NOT_FOR_CLIENTS = ['audit_refuse.sql'];
const sources = await Promise.all(
  (await readdir(folder))
    .filter((name) => !NOT_FOR_CLIENTS.includes(name))
    .map(async (name) => ({ name, text: await readFile(`${folder}/${name}`, 'utf8') })),
);
const raised = sources.flatMap(({ name, text }) =>
  [...text.matchAll(/raise exception([\s\S]*?);\n/g)].map((match) => ({ name, text: match[1] as string })),
);

const NOBODY = '00000000-0000-4000-8000-000000000bad';
let app: App;
let user: string;
let admin: string;
let channel: string;
beforeAll(async () => {
  app = await freshApp();
  user = await app.user();
  admin = await app.user('admin');
  channel = await app.channel();
});
afterAll(() => app?.drop());

type Attempt = () => Promise<Failure>;
const attempt = (caller: () => Caller, call: string, ...values: (() => unknown)[]): Attempt => {
  return () =>
    app.failure(
      caller(),
      call,
      values.map((value) => value()),
    );
};
const service = (): Caller => 'service';
const anAdmin = (): Caller => ({ user: admin });
const aUser = (): Caller => ({ user });
const aUserId = () => user;
const of = (value: unknown) => () => value;
const publish = 'select public.publish_channel($1, $2)';

const adminFunctions = (names: readonly string[]): Record<string, Attempt> =>
  Object.fromEntries(names.map((name) => [name, attempt(aUser, `select * from public.${name}()`)]));
const unknownUser = (names: readonly string[], rest = ''): Record<string, Attempt> =>
  Object.fromEntries(names.map((name) => [name, attempt(service, `select public.${name}($1${rest})`, of(NOBODY))]));

/** How to bring about each error of each function. */
const attempts: Record<string, Record<string, Attempt>> = {
  not_admin: {
    ...adminFunctions([
      'admin_daily_messages',
      'admin_error_summary',
      'admin_ingestion_queue',
      'admin_overview',
      'admin_plan_distribution',
      'admin_recent_errors',
      'admin_top_channels',
      'admin_users',
    ]),
    grant_role: attempt(aUser, `select public.grant_role($1, 'admin')`, () => user),
    revoke_role: attempt(aUser, `select public.revoke_role($1, 'admin')`, () => admin),
  },
  not_follower: { publish_channel: attempt(aUser, publish, () => channel, of('some-page')) },
  new_follower: {
    async publish_channel() {
      const followed = await app.channel();
      await app.as(aUser(), 'insert into public.user_creators (user_id, channel_id) values ($1, $2)', [user, followed]);
      const failure = await app.failure(aUser(), publish, [followed, 'some-page']);
      await app.sql('delete from public.user_creators where channel_id = $1', [followed]);
      return failure;
    },
  },
  not_moderator: { unpublish_channel: attempt(aUser, 'select public.unpublish_channel($1)', () => channel) },
  not_yourself: {
    begin_request: attempt(aUser, `select public.begin_request('k', 'x', 'h', $1)`, () => admin),
    consume_message_quota: attempt(aUser, 'select public.consume_message_quota($1)', () => admin),
  },
  invalid_chunks: {
    replace_transcript_chunks: attempt(service, `select public.replace_transcript_chunks($1, '{}')`, of(NOBODY)),
  },
  invalid_count: {
    increment_videos_indexed: attempt(service, 'select public.increment_videos_indexed($1, 100001)', aUserId),
  },
  invalid_role: {
    grant_role: attempt(anAdmin, 'select public.grant_role($1, null)', aUserId),
    revoke_role: attempt(anAdmin, 'select public.revoke_role($1, null)', aUserId),
  },
  invalid_days: { purge_expired: attempt(service, 'select public.purge_expired(0)') },
  invalid_identifier: {
    consume_public_chat_quota: attempt(service, `select public.consume_public_chat_quota('', $1, 1)`, () => channel),
  },
  invalid_lease: { claim_transcripts: attempt(service, 'select public.claim_transcripts(1, 0)') },
  invalid_lock: {
    acquire_operation_lock: attempt(service, `select public.acquire_operation_lock('k', 'x', 0)`),
    renew_operation_lock: attempt(service, `select public.renew_operation_lock('k', 1, 0)`),
  },
  invalid_page: { export_my_data: attempt(aUser, `select public.export_my_data('{}')`) },
  invalid_query: {
    admin_users: attempt(anAdmin, 'select * from public.admin_users($1)', of('x'.repeat(201))),
    search_my_messages: attempt(aUser, 'select * from public.search_my_messages($1)', of('x'.repeat(201))),
  },
  invalid_request: { begin_request: attempt(service, `select public.begin_request('', 'x', 'h')`) },
  invalid_slug: { publish_channel: attempt(anAdmin, publish, () => channel, of('No Slug')) },
  creators_limit: {
    async user_creators() {
      const follow = 'insert into public.user_creators (user_id, channel_id) select $1, unnest($2::uuid[])';
      return app.failure(aUser(), follow, [user, await app.channels(3)]);
    },
  },
  publications_limit: {
    async publish_channel() {
      const publisher = await app.user();
      const [first, second] = await app.channels(2);
      await app.plan({ creators: 1 }, publisher);
      const follow = `insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, '2020-01-01')`;
      await app.sql(follow, [publisher, first]);
      await app.as({ user: publisher }, publish, [first, 'the-first-of-one']);
      await app.sql('delete from public.user_creators where user_id = $1', [publisher]);
      await app.sql(follow, [publisher, second]);
      return app.failure({ user: publisher }, publish, [second, 'the-second-of-one']);
    },
  },
  rows_limit: Object.fromEntries(
    Object.entries({
      begin_request: `select public.begin_request(number::text, 'x', 'h') from generate_series(1, 501) number where $1::uuid is not null`,
      chat_messages: `insert into public.chat_messages (session_id, role, content)
        select id, 'user', 'x' from public.chat_sessions, generate_series(1, 20001) where channel_id = $1`,
      chat_sessions: 'insert into public.chat_sessions (channel_id) select id from public.channels where id <> $1',
      saved_answers: `insert into public.saved_answers (channel_id, content) select $1, 'x' from generate_series(1, 501)`,
      voice_conversations: 'insert into public.voice_conversations (channel_id) select $1 from generate_series(1, 101)',
    }).map(([name, statement]) => [
      name,
      async () => {
        const [of, other] = [await app.channel(), await app.user()];
        await app.sql('insert into public.chat_sessions (user_id, channel_id) values ($1, $2)', [other, of]);
        if (name === 'chat_sessions') await app.channels(101);
        return app.failure({ user: other }, statement, [of]);
      },
    ]),
  ),
  too_long: Object.fromEntries(
    Object.entries({
      channels: `update public.channels set channel_name = repeat('x', 501)`,
      chat_messages: `insert into public.chat_messages (session_id, role, content) values (gen_random_uuid(), 'user', repeat('x', 32769))`,
      error_logs: `insert into public.error_logs (function_name, message) values (repeat('x', 201), '')`,
      public_chat_limits: `insert into public.public_chat_limits (channel_id, identifier) values (gen_random_uuid(), repeat('x', 501))`,
      transcript_chunks: `insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text)
        values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 0, repeat('x', 32769))`,
      transcripts: `insert into public.transcripts (channel_id, video_id, language) values (gen_random_uuid(), gen_random_uuid(), repeat('x', 101))`,
      videos: `insert into public.videos (channel_id, youtube_video_id, title) values (gen_random_uuid(), 'x', repeat('x', 1001))`,
    }).map(([table, statement]) => [table, attempt(table === 'chat_messages' ? aUser : service, statement)]),
  ),
  unknown_channel: {
    consume_public_chat_quota: attempt(service, `select public.consume_public_chat_quota('me', $1, 1)`, of(NOBODY)),
    publish_channel: attempt(anAdmin, publish, of(NOBODY), of('some-page')),
    unpublish_channel: attempt(anAdmin, 'select public.unpublish_channel($1)', of(NOBODY)),
  },
  unknown_transcript: {
    replace_transcript_chunks: attempt(service, `select public.replace_transcript_chunks($1, '[]')`, of(NOBODY)),
  },
  unknown_user: {
    ...unknownUser([
      'consume_message_quota',
      'decrement_creator_count',
      'increment_creator_count',
      'increment_message_count',
    ]),
    ...unknownUser(['increment_videos_indexed'], ', 1'),
    grant_role: attempt(anAdmin, `select public.grant_role($1, 'admin')`, of(NOBODY)),
    acquire_operation_lock: attempt(service, `select public.acquire_operation_lock('k', 'x', 60, $1)`, of(NOBODY)),
    begin_request: attempt(service, `select public.begin_request('k', 'x', 'h', $1)`, of(NOBODY)),
  },
  last_admin: { revoke_role: attempt(anAdmin, `select public.revoke_role($1, 'admin')`, () => admin) },
  already_public: {
    async publish_channel() {
      return app.failure(anAdmin(), publish, [await app.channel({ public_slug: 'already' }), 'again']);
    },
  },
  slug_taken: {
    async publish_channel() {
      await app.channel({ public_slug: 'taken' });
      return app.failure(anAdmin(), publish, [channel, 'taken']);
    },
  },
  taken_down: {
    async publish_channel() {
      const taken = await app.channel({ public_slug: 'taken-down' });
      await app.sql('insert into public.user_creators (user_id, channel_id) values ($1, $2)', [user, taken]);
      await app.as(anAdmin(), 'select public.unpublish_channel($1)', [taken]);
      return app.failure(aUser(), publish, [taken, 'up-again']);
    },
  },
  search_unfinished: {
    async search_my_messages() {
      const [writer, of] = [await app.user(), await app.channel()];
      await app.sql(
        `with session as (
           insert into public.chat_sessions (user_id, channel_id) values ('${writer}', '${of}') returning id
         )
         insert into public.chat_messages (user_id, session_id, role, content)
         select '${writer}', id, 'user', repeat('a', 32768) from session, generate_series(1, 250)`,
      );
      return app.failure({ user: writer }, `select * from public.search_my_messages('b')`);
    },
  },
  follows_quota: {
    async user_creators() {
      const [follower, of] = [await app.user(), await app.channel()];
      const follow = 'insert into public.user_creators (user_id, channel_id) values ($1, $2)';
      await app.sql(`insert into public.usage_daily (user_id, creators_added) values ($1, 20)`, [follower]);
      return app.failure({ user: follower }, follow, [follower, of]);
    },
  },
  message_quota: {
    async consume_message_quota() {
      await app.plan({ messages: 0 }, user);
      return app.failure(aUser(), 'select public.consume_message_quota()');
    },
  },
  public_chat_quota: {
    async consume_public_chat_quota() {
      const open = await app.channel({ public_slug: 'open' });
      return app.failure('service', `select public.consume_public_chat_quota('me', $1, 0)`, [open]);
    },
  },
};

test('the list and the SQL name the same errors, with the same codes', () => {
  const inSql = raised.map(
    ({ text }) => `${/errcode = '(\w+)'/.exec(text)?.[1]} ${/'error', '(\w+)'/.exec(text)?.[1]}`,
  );
  expect(documented.map(({ code, error }) => `${code} ${error}`)).toEqual([...new Set(inSql)].toSorted());
});

test.each(raised)('every error says code, message, name and hint: $name', ({ text }) => {
  expect(text).toMatch(
    /using\s+errcode = '(PT\d{3}|42501)',\s+message = [\s\S]+detail = jsonb_build_object\(\s*'error', [\s\S]+hint = /,
  );
});

test('the list and the attempts name the same functions', () => {
  expect(Object.fromEntries(documented.map(({ error, raisedBy }) => [error, raisedBy]))).toEqual(
    Object.fromEntries(Object.entries(attempts).map(([error, by]) => [error, Object.keys(by).toSorted()])),
  );
});

test.each(documented.flatMap((row) => row.raisedBy.map((by) => ({ ...row, by }))))(
  '$by raises $code $error',
  async ({ code, error, keys, by }) => {
    const failure = await attempts[error]?.[by]?.();
    expect(failure).toMatchObject({
      code,
      error,
      message: expect.stringMatching(/\.$/),
      hint: expect.stringMatching(/\.$/),
    });
    expect(Object.keys(failure?.detail ?? {}).toSorted()).toEqual([...keys, 'error'].toSorted());
  },
);
