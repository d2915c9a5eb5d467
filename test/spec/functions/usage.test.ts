import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onRealServer } from '../../support/databases.ts';
import { type App, freshApp, type Row, together } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
});
// Counters are written directly.
afterAll(() => app?.dropChanged());

const consume = 'select * from public.consume_message_quota($1)';
const follow = 'insert into public.user_creators (user_id, channel_id) values ($1, $2)';
const one = async (rows: Promise<Row[]>): Promise<Row | undefined> => (await rows)[0];
const usage = (user: string) =>
  one(
    app.sql(
      `select messages_sent_today, messages_sent_total::int, creators_added, videos_indexed,
              (select sum(messages_sent)::int from public.usage_daily d where d.user_id = u.user_id) as daily,
              usage_date = (now() at time zone 'UTC')::date as today
       from public.user_usage u where user_id = $1`,
      [user],
    ),
  );
const midnight = async (): Promise<unknown> =>
  (await app.sql(`select ((now() at time zone 'UTC')::date + 1)::timestamp at time zone 'UTC' as at`))[0]?.at;

describe('my_usage', () => {
  test('tells a new user the free plan and that nothing is used', async () => {
    const user = await app.user();
    expect(await app.as({ user }, 'select * from public.my_usage()')).toEqual([
      {
        plan_code: 'free',
        plan_expires_at: null,
        messages_sent_today: 0,
        messages_per_day_limit: 18,
        messages_left_today: 18,
        resets_at: await midnight(),
        messages_sent_total: '0',
        creators_added: 0,
        creators_limit: 2,
        videos_indexed: 0,
        videos_per_creator_limit: 10,
      },
    ]);
  });

  test('counts what was sent on an earlier day as nothing, and does not write', async () => {
    const user = await app.user();
    await app.sql(
      `update public.user_usage set messages_sent_today = 7, messages_sent_total = 7, usage_date = usage_date - 1 where user_id = $1`,
      [user],
    );
    expect(await one(app.as({ user }, 'select * from public.my_usage()'))).toMatchObject({
      messages_sent_today: 0,
      messages_left_today: 18,
      messages_sent_total: '7',
    });
    expect(await usage(user)).toMatchObject({ messages_sent_today: 7, today: false });
  });

  test('an expired plan is the free plan again', async () => {
    const user = await app.user();
    const limits = `select plan_code, messages_per_day_limit as messages, creators_limit as creators from public.my_usage()`;
    await app.sql(
      `update public.user_usage set plan_id = (select id from public.plans where code = 'pro'), plan_expires_at = now() + interval '1 day' where user_id = $1`,
      [user],
    );
    expect(await app.as({ user }, limits)).toEqual([{ plan_code: 'pro', messages: 500, creators: 25 }]);
    await app.sql(
      `update public.user_usage set plan_started_at = now() - interval '2 days', plan_expires_at = now() - interval '1 second' where user_id = $1`,
      [user],
    );
    expect(await app.as({ user }, limits)).toEqual([{ plan_code: 'free', messages: 18, creators: 2 }]);
  });

  test('a usage row made again is of the free plan, wherever that stands', async () => {
    const user = await app.user();
    await app.sql('delete from public.user_usage where user_id = $1', [user]);
    await app.sql(`update public.plans set updated_at = updated_at where code = 'free'`);
    await app.as({ user }, consume, [user]);
    expect(await one(app.as({ user }, 'select plan_code from public.my_usage()'))).toEqual({ plan_code: 'free' });
  });

  test('a user without a usage row has the free plan, and nobody but the signed-in may ask', async () => {
    const user = await app.user();
    await app.sql('delete from public.user_usage where user_id = $1', [user]);
    expect(await one(app.as({ user }, 'select * from public.my_usage()'))).toMatchObject({ messages_left_today: 18 });
    expect(await app.failure('anon', 'select * from public.my_usage()')).toMatchObject({ code: '42501' });
  });
});

describe('consume_message_quota', () => {
  test('counts each question for the user, for all time and for the day, until none is left', async () => {
    const user = await app.user();
    await app.plan({ messages: 2 }, user);
    const resets_at = await midnight();
    expect(await app.as({ user }, consume, [user])).toEqual([
      { messages_sent_today: 1, messages_per_day_limit: 2, messages_left_today: 1, resets_at },
    ]);
    expect(await app.as('service', consume, [user])).toMatchObject([{ messages_left_today: 0 }]);
    const failure = await app.failure('service', consume, [user]);
    expect(failure).toMatchObject({ code: 'PT429', error: 'message_quota', detail: { limit: 2 } });
    expect(Date.parse(failure.detail.resets_at as string)).toBe(Date.parse(resets_at as string));
    expect(failure.message).toMatch(
      /^All 2 questions of today are used; there are new ones at \d{4}-\d\d-\d\d 00:00 UTC/,
    );
    expect(failure.hint).toMatch(/T00:00:00Z, or change to a plan/);
    expect(await usage(user)).toMatchObject({ messages_sent_today: 2, messages_sent_total: 2, daily: 2 });
  });

  test('is for oneself when no user is named', async () => {
    const user = await app.user();
    await app.as({ user }, 'select * from public.consume_message_quota()');
    expect(await usage(user)).toMatchObject({ messages_sent_today: 1 });
  });

  test('a user counts for nobody else, and nobody counts signed out', async () => {
    const [user, other] = [await app.user(), await app.user('admin')];
    expect(await app.failure({ user: other }, consume, [user])).toMatchObject({ code: '42501', error: 'not_yourself' });
    expect(await app.failure({ user: other }, consume, [null])).toMatchObject({ code: '42501', error: 'not_yourself' });
    expect(await app.failure('anon', consume, [user])).toMatchObject({ code: '42501' });
    expect(await usage(user)).toMatchObject({ messages_sent_today: 0 });
  });

  test('a claim to be the service does not make one the service', async () => {
    const user = await app.user();
    const lie = `select set_config('request.jwt.claims', '{"role": "service_role"}', true)`;
    expect(
      await app.failure(
        { user },
        `with lie as materialized (${lie}) ${consume.replace('$1', `(select '${user}'::uuid from lie)`)}`,
      ),
    ).toMatchObject({ code: '42501' });
  });

  test('starts anew on the next UTC day, and a day never runs backwards', async () => {
    const user = await app.user();
    await app.plan({ messages: 3 }, user);
    const set = `update public.user_usage set messages_sent_today = 3, messages_sent_total = 3, usage_date = (now() at time zone 'UTC')::date + $2::int where user_id = $1`;
    await app.sql(set, [user, -1]);
    expect(await app.as('service', consume, [user])).toMatchObject([{ messages_sent_today: 1 }]);
    expect(await usage(user)).toMatchObject({ messages_sent_today: 1, messages_sent_total: 4, today: true, daily: 1 });
    await app.sql(set, [user, 1]);
    expect(await app.failure('service', consume, [user])).toMatchObject({ code: 'PT429' });
  });

  test('makes the row of a user who has none, and knows who is nobody', async () => {
    const user = await app.user();
    await app.sql('delete from public.user_usage where user_id = $1', [user]);
    expect(await app.as('service', consume, [user])).toMatchObject([{ messages_left_today: 17 }]);
    const nobody = '00000000-0000-4000-8000-000000000bad';
    expect(await app.failure('service', consume, [nobody])).toMatchObject({ code: 'PT404', error: 'unknown_user' });
  });

  /** Each call in a transaction of its own, as the API has them; how many were counted and how many refused. */
  const hammer = (user: string, calls: number) => `do $$
    declare counted int := 0; refused int := 0;
    begin
      for number in 1..${calls} loop
        begin
          perform public.consume_message_quota('${user}');
          counted := counted + 1;
        exception when sqlstate 'PT429' then
          refused := refused + 1;
        end;
        commit;
      end loop;
      perform set_config('test.counted', counted::text, false), set_config('test.refused', refused::text, false);
    end $$`;
  const race = async (user: string, sessions: number, calls: number) => {
    const counts = await together(app, sessions, 'service', async (session) => {
      // Who waits for whom is the same, and no call waits for the disk.
      await session.query('set synchronous_commit = off');
      await session.query(hammer(user, calls));
      const { rows } = await session.query(
        `select current_setting('test.counted')::int as counted, current_setting('test.refused')::int as refused`,
      );
      return rows[0] as { counted: number; refused: number };
    });
    const sum = (key: 'counted' | 'refused') => counts.reduce((total, row) => total + row[key], 0);
    return { counted: sum('counted'), refused: sum('refused') };
  };

  onRealServer('64 sessions of 200 calls each never pass the limit and never lose a count', async () => {
    const user = await app.user();
    await app.plan({ messages: 12_000 }, user);
    expect(await race(user, 64, 200)).toEqual({ counted: 12_000, refused: 800 });
    expect(await usage(user)).toMatchObject({
      messages_sent_today: 12_000,
      messages_sent_total: 12_000,
      daily: 12_000,
    });
  });

  onRealServer('at midnight all race for the new day, and exactly its limit is counted', async () => {
    const user = await app.user();
    await app.plan({ messages: 100 }, user);
    await app.sql(
      `update public.user_usage set messages_sent_today = 100, messages_sent_total = 100, usage_date = usage_date - 1 where user_id = $1`,
      [user],
    );
    expect(await race(user, 64, 3)).toEqual({ counted: 100, refused: 92 });
    expect(await usage(user)).toMatchObject({
      messages_sent_today: 100,
      messages_sent_total: 200,
      daily: 100,
      today: true,
    });
  });

  onRealServer('a row that nobody made yet is made once', async () => {
    const user = await app.user();
    await app.sql('delete from public.user_usage where user_id = $1', [user]);
    expect(await race(user, 32, 1)).toEqual({ counted: 18, refused: 14 });
  });
});

describe('following', () => {
  test('counts what is followed, for the user and for the day, and stops at the plan', async () => {
    const user = await app.user();
    const [a, b, c] = await app.channels(3);
    await app.as({ user }, follow, [user, a]);
    await app.as({ user }, follow, [user, b]);
    expect(await app.failure({ user }, follow, [user, c])).toMatchObject({
      code: 'PT402',
      error: 'creators_limit',
      message: 'The free plan allows to follow 2 channels.',
      detail: { limit: 2, plan: 'free' },
      hint: 'Unfollow a channel first, or change to a plan with more channels.',
    });
    expect(await usage(user)).toMatchObject({ creators_added: 2 });
    await app.as({ user }, 'delete from public.user_creators where channel_id = $1', [a]);
    expect(await usage(user)).toMatchObject({ creators_added: 1 });
    await app.as({ user }, follow, [user, c]);
    const daily = 'select creators_added from public.usage_daily where user_id = $1';
    expect(await app.sql(daily, [user])).toEqual([{ creators_added: 3 }]);
  });

  test('the service is held to the plan too, all or nothing, and following again costs nothing', async () => {
    const user = await app.user();
    const channels = await app.channels(3);
    const all = 'insert into public.user_creators (user_id, channel_id) select $1, unnest($2::uuid[])';
    expect(await app.failure('service', all, [user, channels])).toMatchObject({ code: 'PT402' });
    expect(await usage(user)).toMatchObject({ creators_added: 0 });
    await app.as('service', all, [user, channels.slice(0, 2)]);
    await app.as('service', `${follow} on conflict do nothing`, [user, channels[0]]);
    expect(await usage(user)).toMatchObject({ creators_added: 2 });
  });

  test('who tries to follow for another learns nothing of their plan', async () => {
    const [user, other] = [await app.user(), await app.user()];
    await app.plan({ creators: 0 }, user);
    const { code, message } = await app.failure({ user: other }, follow, [user, await app.channel()]);
    expect({ code, message }).toEqual({ code: '42501', message: expect.stringContaining('row-level security') });
  });

  test('a deleted channel is no longer counted, and a deleted user leaves nothing', async () => {
    const user = await app.user();
    const [a, b] = await app.channels(2);
    await app.as({ user }, follow, [user, a]);
    await app.as({ user }, follow, [user, b]);
    await app.sql('delete from public.channels where id = $1', [a]);
    expect(await usage(user)).toMatchObject({ creators_added: 1 });
    await app.sql('delete from auth.users where id = $1', [user]);
    expect(await usage(user)).toBeUndefined();
  });

  onRealServer('32 at once end exactly at the limit', async () => {
    const user = await app.user();
    await app.plan({ creators: 20 }, user);
    const channels = await app.channels(32);
    const codes = await together(app, 32, { user }, (session, index) =>
      session.query(follow, [user, channels[index]]).then(
        () => 'followed',
        ({ code }) => code as string,
      ),
    );
    expect(Object.groupBy(codes, (code) => code)).toMatchObject({
      followed: { length: 20 },
      PT402: { length: 12 },
    });
    expect(await usage(user)).toMatchObject({ creators_added: 20 });
  });

  onRealServer('following and unfollowing at once leaves the true count', async () => {
    const user = await app.user();
    await app.plan({ creators: 100 }, user);
    const channels = await app.channels(16);
    await together(app, 16, { user }, async (session, index) => {
      for (let round = 0; round < 10; round++) {
        await session.query(follow, [user, channels[index]]);
        if (round < 9 || index % 2)
          await session.query('delete from public.user_creators where channel_id = $1', [channels[index]]);
      }
    });
    expect(await usage(user)).toMatchObject({ creators_added: 8 });
  });

  onRealServer('whoever follows waits for no other user', async () => {
    const [user, other] = [await app.user(), await app.user()];
    const [channel] = await app.channels(1);
    await app.sql('begin');
    try {
      await app.sql('select from public.user_usage where user_id = $1 for update', [other]);
      await together(app, 1, { user }, async (session) => {
        await session.query("set lock_timeout = '1s'");
        await session.query(follow, [user, channel]);
      });
    } finally {
      await app.sql('rollback');
    }
    expect(await usage(user)).toMatchObject({ creators_added: 1 });
  });
});

describe('the names that the edge functions know', () => {
  test('get_usage_with_limits gives the plan, what is used and the limits, and makes no row', async () => {
    const user = await app.user();
    await app.sql('delete from public.user_usage where user_id = $1', [user]);
    expect(await app.as('service', 'select * from public.get_usage_with_limits($1)', [user])).toEqual([
      {
        plan_type: 'free',
        messages_sent_today: 0,
        creators_added: 0,
        videos_indexed: 0,
        messages_per_day_limit: 18,
        creators_limit: 2,
        videos_per_creator_limit: 10,
      },
    ]);
    expect(await usage(user)).toBeUndefined();
  });

  test('increment_message_count counts without a limit', async () => {
    const user = await app.user();
    await app.plan({ messages: 1 }, user);
    for (let call = 0; call < 3; call++) await app.as('service', 'select public.increment_message_count($1)', [user]);
    expect(await usage(user)).toMatchObject({ messages_sent_today: 3, messages_sent_total: 3, daily: 3 });
  });

  test('the counters of creators count again, however often they are called', async () => {
    const user = await app.user();
    await app.as({ user }, follow, [user, await app.channel()]);
    for (const name of ['increment_creator_count', 'increment_creator_count', 'decrement_creator_count']) {
      await app.sql('update public.user_usage set creators_added = 9 where user_id = $1', [user]);
      await app.as('service', `select public.${name}($1)`, [user]);
      expect(await usage(user)).toMatchObject({ creators_added: 1 });
    }
  });

  test('increment_videos_indexed adds, for the user and for the day, and takes nothing away', async () => {
    const user = await app.user();
    for (const count of [4, 3, -5])
      await app.as('service', 'select public.increment_videos_indexed($1, $2)', [user, count]);
    expect(await usage(user)).toMatchObject({ videos_indexed: 7 });
    const daily = 'select videos_indexed from public.usage_daily where user_id = $1';
    expect(await app.sql(daily, [user])).toEqual([{ videos_indexed: 7 }]);
  });

  test.each([
    'get_usage_with_limits($1)',
    'increment_message_count($1)',
    'increment_creator_count($1)',
    'decrement_creator_count($1)',
    'increment_videos_indexed($1, 1)',
  ])('%s is not for users, not even for themselves', async (call) => {
    const user = await app.user('admin');
    expect(await app.failure({ user }, `select * from public.${call}`, [user])).toMatchObject({ code: '42501' });
  });
});

describe('consume_public_chat_quota', () => {
  const ask = 'select * from public.consume_public_chat_quota($1, $2, $3)';

  test('counts per asker and channel until the limit of the day', async () => {
    const channel = await app.channel({ public_slug: 'quota-one' });
    const other = await app.channel({ public_slug: 'quota-two' });
    expect(await app.as('service', ask, ['me', channel, 2])).toMatchObject([
      { messages_sent_today: 1, messages_left_today: 1 },
    ]);
    expect(await app.as('service', ask, ['me', channel, 2])).toMatchObject([
      { messages_left_today: 0, resets_at: await midnight() },
    ]);
    expect(await app.failure('service', ask, ['me', channel, 2])).toMatchObject({
      code: 'PT429',
      error: 'public_chat_quota',
      detail: { limit: 2 },
    });
    expect(await app.as('service', ask, ['me', other, 2])).toMatchObject([{ messages_sent_today: 1 }]);
    expect(await app.as('service', ask, ['you', channel, 2])).toMatchObject([{ messages_sent_today: 1 }]);
    await app.sql(`update public.public_chat_limits set usage_date = usage_date - 1 where identifier = 'me'`);
    expect(await app.as('service', ask, ['me', channel, 2])).toMatchObject([{ messages_sent_today: 1 }]);
    expect(await app.failure('service', ask, ['nobody yet', channel, 0])).toMatchObject({ code: 'PT429' });
  });

  test("is the service's, and about public channels", async () => {
    const channel = await app.channel();
    expect(await app.failure('service', ask, ['me', channel, 2])).toMatchObject({
      code: 'PT404',
      error: 'unknown_channel',
    });
    expect(await app.failure('service', ask, [' ', channel, 2])).toMatchObject({
      code: 'PT400',
      error: 'invalid_identifier',
    });
    for (const caller of ['anon', { user: await app.user() }] as const)
      expect(await app.failure(caller, ask, ['me', channel, 1_000])).toMatchObject({ code: '42501' });
  });

  onRealServer('never passes the limit, also where the first questions come at once', async () => {
    const channel = await app.channel({ public_slug: 'quota-race' });
    const results = await together(app, 32, 'service', async (session) => {
      const codes: string[] = [];
      for (let call = 0; call < 5; call++)
        codes.push(
          await session.query(ask, ['crowd', channel, 50]).then(
            () => 'counted',
            ({ code }) => code as string,
          ),
        );
      return codes;
    });
    expect(Object.groupBy(results.flat(), (code) => code)).toMatchObject({
      counted: { length: 50 },
      PT429: { length: 110 },
    });
  });
});
