// Nobody keeps more rows than their plan allows, however they come, and the count of them is nobody's to write.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { onRealServer } from '../../support/databases.ts';
import { type App, freshApp, type Row, together } from '../functions/support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
});
afterAll(() => app?.drop());

/** Somebody whose plan keeps so many rows of each table, with a session. */
async function limited(rows: number): Promise<{ user: string; session: string; channel: string }> {
  const [user, channel] = [await app.user(), await app.channel()];
  const [plan] = await app.sql(
    `insert into public.plans (code, creators_limit, videos_per_creator_limit, messages_per_day_limit, chat_sessions_limit,
       chat_messages_limit, saved_answers_limit, voice_conversations_limit, requests_limit)
     values (gen_random_uuid()::text, 5, 5, 5, $1, $1, $1, $1, $1) returning id`,
    [rows],
  );
  await app.sql('update public.user_usage set plan_id = $1 where user_id = $2', [plan?.id, user]);
  const [session] = await app.sql(
    'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
    [user, channel],
  );
  return { user, channel, session: session?.id as string };
}

interface Kind {
  /** A statement that writes so many rows ($1) for the caller, of the session $2 and the channel $3. */
  readonly write: string;
  readonly remove: string;
  /** How many there are from the beginning. */
  readonly there?: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  chat_sessions: {
    write: `insert into public.chat_sessions (channel_id)
      select id from public.channels where id not in (select channel_id from public.chat_sessions) and $2::uuid <> $3::uuid limit $1`,
    remove: 'delete from public.chat_sessions where id in (select id from public.chat_sessions limit 1)',
    there: 1,
  },
  chat_messages: {
    write: `insert into public.chat_messages (session_id, role, content)
      select $2, 'user', 'x' from generate_series(1, $1::int) where $3::uuid is not null`,
    remove: 'delete from public.chat_messages where id in (select id from public.chat_messages limit 1)',
  },
  saved_answers: {
    write: `insert into public.saved_answers (channel_id, content)
      select $3, 'x' from generate_series(1, $1::int) where $2::uuid is not null`,
    remove: 'delete from public.saved_answers where id in (select id from public.saved_answers limit 1)',
  },
  voice_conversations: {
    write: `insert into public.voice_conversations (channel_id)
      select $3 from generate_series(1, $1::int) where $2::uuid is not null`,
    remove: 'delete from public.voice_conversations where id in (select id from public.voice_conversations limit 1)',
  },
};
/** Nobody writes the table, or deletes from it, but by the function. */
const BEGIN = `select public.begin_request(gen_random_uuid()::text, 'x', 'h') from generate_series(1, $1::int) where $2::uuid <> $3::uuid`;

const counted = async (table: string, user: string): Promise<Row> => {
  const [row] = await app.sql(
    `select (select count(*)::int from public.${table} where user_id = $1) as there,
       coalesce((select row_count::int from private.user_row_counts where user_id = $1 and table_name = '${table}'), 0) as counted`,
    [user],
  );
  return row as Row;
};

test.each(Object.entries({ ...KINDS, request_idempotency: { write: BEGIN, remove: undefined, there: 0 } }))(
  '%s: as many as the plan keeps, in one statement or in many, and one more when one is gone',
  async (table, { write, remove, there = 0 }) => {
    await app.channels(5);
    const { user, session, channel } = await limited(3);
    const rows = (count: number) => app.as({ user }, write, [count, session, channel]);
    const refused = async (count: number) =>
      expect(await app.failure({ user }, write, [count, session, channel])).toMatchObject({
        code: 'PT402',
        error: 'rows_limit',
        detail: { table, limit: 3 },
      });
    await refused(4);
    await rows(3 - there);
    await refused(1);
    expect(await counted(table, user)).toEqual({ there: 3, counted: 3 });
    if (remove === undefined) {
      await app.sql(
        'update public.request_idempotency set expires_at = now(), locked_until = now() where user_id = $1',
        [user],
      );
      await app.as('service', 'select public.purge_expired()');
      await rows(3);
    } else {
      await app.as({ user }, remove);
      await rows(1);
    }
    expect(await counted(table, user)).toEqual({ there: 3, counted: 3 });
    await refused(1);
  },
);

test('a request that is begun again is no new one, and the service’s own requests are nobody’s', async () => {
  const { user } = await limited(1);
  const begin = `select outcome from public.begin_request('k', 'x', 'h')`;
  for (const outcome of ['started', 'in_progress']) expect(await app.as({ user }, begin)).toEqual([{ outcome }]);
  const own = `select public.begin_request(gen_random_uuid()::text, 'x', 'h', null) from generate_series(1, 10)`;
  expect(await app.as('service', own)).toHaveLength(10);
});

test('10,000 begun requests are refused, and none of them is kept', async () => {
  const user = await app.user();
  const begin = `select public.begin_request(number::text, 'x', 'h') from generate_series(1, 10000) number`;
  expect(await app.failure({ user }, begin)).toMatchObject({ code: 'PT402', detail: { limit: 500, plan: 'free' } });
  expect(await counted('request_idempotency', user)).toEqual({ there: 0, counted: 0 });
});

test('what the service writes for somebody is held by their plan too', async () => {
  const { user, session } = await limited(2);
  const write = `insert into public.chat_messages (user_id, session_id, role, content)
    select $1, $2, 'assistant', 'x' from generate_series(1, 3)`;
  expect(await app.failure('service', write, [user, session])).toMatchObject({ code: 'PT402', error: 'rows_limit' });
});

test('an upsert that changes a row adds none', async () => {
  const { user, channel } = await limited(1);
  const write = `insert into public.chat_sessions (user_id, channel_id) values ($1, $2)
    on conflict (user_id, channel_id) do update set updated_at = now()`;
  await app.as({ user }, write, [user, channel]);
  expect(await counted('chat_sessions', user)).toEqual({ there: 1, counted: 1 });
});

test.each(['saved_answers', 'voice_conversations'])(
  'what the service moves from one user’s %s to another’s counts for that one, up to the limit',
  async (table) => {
    const [from, to] = [await limited(5), await limited(3)];
    const write = KINDS[table]?.write as string;
    await app.as({ user: from.user }, write, [5, from.session, from.channel]);
    const move = `
      update public.${table} set user_id = $2
      where id in (select id from public.${table} where user_id = $1 limit $3)`;
    await app.as('service', move, [from.user, to.user, 2]);
    expect(await counted(table, from.user)).toEqual({ there: 3, counted: 3 });
    expect(await counted(table, to.user)).toEqual({ there: 2, counted: 2 });
    expect(await app.failure('service', move, [from.user, to.user, 2])).toMatchObject({
      code: 'PT402',
      detail: { limit: 3, table },
    });
    await app.as('service', `update public.${table} set user_id = user_id`, []);
    expect(await counted(table, from.user)).toEqual({ there: 3, counted: 3 });
    expect(await counted(table, to.user)).toEqual({ there: 2, counted: 2 });
  },
);

test('with a plan that is over, the limit is the free plan’s', async () => {
  const { user, session, channel } = await limited(600);
  const write = KINDS.saved_answers?.write as string;
  await app.sql(
    `update public.user_usage set plan_started_at = '2019-01-01', plan_expires_at = '2020-01-01' where user_id = $1`,
    [user],
  );
  expect(await app.failure({ user }, write, [501, session, channel])).toMatchObject({
    detail: { limit: 500, plan: 'free' },
  });
  await app.as({ user }, write, [500, session, channel]);
});

test('somebody without a usage row has the free plan’s limits', async () => {
  const { user, session, channel } = await limited(600);
  await app.sql('delete from public.user_usage where user_id = $1', [user]);
  const write = KINDS.saved_answers?.write as string;
  expect(await app.failure({ user }, write, [501, session, channel])).toMatchObject({
    detail: { limit: 500, plan: 'free' },
  });
});

test('deleting a session, a channel and an account takes away the count of what goes with them', async () => {
  const { user, session, channel } = await limited(5);
  for (const { write } of [KINDS.chat_messages, KINDS.saved_answers, KINDS.voice_conversations] as Kind[])
    await app.as({ user }, write, [2, session, channel]);
  await app.as({ user }, 'delete from public.chat_sessions where id = $1', [session]);
  expect(await counted('chat_messages', user)).toEqual({ there: 0, counted: 0 });
  expect(await counted('saved_answers', user)).toEqual({ there: 2, counted: 2 });
  await app.sql('delete from public.channels where id = $1', [channel]);
  for (const table of ['saved_answers', 'voice_conversations', 'chat_sessions'])
    expect(await counted(table, user)).toEqual({ there: 0, counted: 0 });
  await app.sql('delete from auth.users where id = $1', [user]);
  expect(await app.sql('select from private.user_row_counts where user_id = $1', [user])).toEqual([]);
});

test.each(['anon', 'user', 'service'] as const)('%s neither reads nor writes a count', async (who) => {
  const caller = who === 'user' ? { user: await app.user() } : who;
  for (const statement of [
    'select * from private.user_row_counts',
    'update private.user_row_counts set row_count = 0',
    'delete from private.user_row_counts',
    `insert into private.user_row_counts (user_id, table_name, row_count) values (gen_random_uuid(), 'chat_messages', -5)`,
  ])
    expect(await app.failure(caller, statement)).toMatchObject({ code: '42501' });
});

test('a count that was lost keeps nobody from deleting', async () => {
  const { user, session, channel } = await limited(5);
  await app.as({ user }, KINDS.chat_messages?.write as string, [3, session, channel]);
  await app.sql('update private.user_row_counts set row_count = 1 where user_id = $1', [user]);
  await app.as({ user }, 'delete from public.chat_messages');
  expect(await counted('chat_messages', user)).toEqual({ there: 0, counted: 0 });
});

describe('follows', () => {
  const churn = (times: number) => `
    do $$ begin for turn in 1..${times} loop
      insert into public.user_creators (channel_id) select id from public.channels order by id limit 1;
      delete from public.user_creators;
    end loop; end $$`;

  test('are 20 a day for the free plan, in one transaction or in many, and four times the plan’s for larger ones', async () => {
    const free = await app.user();
    expect(await app.failure({ user: free }, churn(800))).toMatchObject({
      code: 'PT429',
      error: 'follows_quota',
      detail: { limit: 20 },
    });
    await app.as({ user: free }, churn(20));
    expect(await app.failure({ user: free }, churn(1))).toMatchObject({ code: 'PT429' });

    const paying = await app.user();
    await app.plan({ creators: 6 }, paying);
    expect(await app.failure({ user: paying }, churn(25))).toMatchObject({ detail: { limit: 24 } });
    await app.as({ user: paying }, churn(24));
  });

  test('of yesterday don’t count today', async () => {
    const user = await app.user();
    await app.as({ user }, churn(20));
    await app.sql(`update public.usage_daily set day = day - 1 where user_id = $1`, [user]);
    await app.as({ user }, churn(20));
  });
});

describe('at once', () => {
  /** How many of 16 sessions get through, and with what the others end. */
  async function race(user: string, run: (session: pg.Client, index: number) => Promise<unknown>): Promise<Row> {
    const codes = await together(app, 16, { user }, (session, index) =>
      run(session, index).then(
        () => 'written',
        ({ code }) => code as string,
      ),
    );
    return Object.fromEntries(
      Object.entries(Object.groupBy(codes, (code) => code)).map(([code, all]) => [code, all?.length]),
    );
  }

  for (const [table, { write }] of Object.entries({ ...KINDS, request_idempotency: { write: BEGIN } }))
    if (table !== 'chat_sessions')
      onRealServer(`of 16 sessions that write ${table}, 5 get through where the plan keeps 5`, async () => {
        const { user, session, channel } = await limited(5);
        for (let round = 0; round < 5; round++) {
          expect(await race(user, (client) => client.query(write, [1, session, channel]))).toEqual({
            written: 5,
            PT402: 11,
          });
          expect(await counted(table, user)).toEqual({ there: 5, counted: 5 });
          await app.sql(`delete from public.${table} where user_id = $1`, [user]);
        }
      });

  onRealServer(
    'of 16 sessions that begin a chat with 16 channels, 4 get through beside the one that is there',
    async () => {
      const { user } = await limited(5);
      const channels = await app.channels(16);
      const start = 'insert into public.chat_sessions (channel_id) values ($1)';
      expect(await race(user, (client, index) => client.query(start, [channels[index]]))).toEqual({
        written: 4,
        PT402: 12,
      });
      expect(await counted('chat_sessions', user)).toEqual({ there: 5, counted: 5 });
    },
  );

  onRealServer(
    'messages and sessions that are written and deleted by 8 sessions of one user leave a count that is right',
    async () => {
      const { user } = await limited(1000);
      const channels = await app.channels(8);
      const failures: string[] = [];
      await together(app, 8, { user }, async (client, index) => {
        for (let turn = 0; turn < 20; turn++)
          for (const [statement, values] of [
            [
              'insert into public.chat_sessions (channel_id) values ($1) on conflict do nothing',
              [channels[(index + turn) % 8]],
            ],
            [
              `insert into public.chat_messages (session_id, role, content) select id, 'user', 'x' from public.chat_sessions where channel_id = $1`,
              [channels[turn % 8]],
            ],
            [
              'delete from public.chat_messages where id in (select id from public.chat_messages order by id limit 1)',
              [],
            ],
            [turn % 5 === 4 ? 'delete from public.chat_sessions' : 'select 1', []],
          ] as const)
            await client.query(statement, [...values]).catch(({ code }) => failures.push(code));
      });
      // A session that is gone by then can't take a message.
      expect(failures.filter((code) => code !== '23503')).toEqual([]);
      for (const table of ['chat_sessions', 'chat_messages']) {
        const { there, counted: kept } = await counted(table, user);
        expect(kept).toBe(there);
      }
    },
  );
});
