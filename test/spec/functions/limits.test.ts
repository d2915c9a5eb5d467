// A limit is kept to the last one: one below it passes, at it and above it nothing does, and a limit of zero lets none through.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, freshApp } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
});
// Counters are written directly.
afterAll(() => app?.dropChanged());

/** Something that counts up to a limit: prepared so that so much of it is used, of today or of yesterday. */
interface Limited {
  readonly refusal: { readonly code: string; readonly error: string };
  /** A limit that goes with the day, not with what there is. */
  readonly daily: boolean;
  readonly prepare: (limit: number, used: number, daysAgo: number) => Promise<Counted>;
}

interface Counted {
  /** Its values are for `call`. */
  readonly values: readonly unknown[];
  readonly call: string;
  readonly used: () => Promise<unknown>;
}

const numberOf = async (text: string, ...values: readonly unknown[]): Promise<unknown> =>
  (await app.sql(text, values))[0]?.number ?? 0;

const LIMITED: Record<string, Limited> = {
  'questions of a user': {
    refusal: { code: 'PT429', error: 'message_quota' },
    daily: true,
    async prepare(limit, used, daysAgo) {
      const user = await app.user();
      await app.plan({ messages: limit }, user);
      await app.sql(
        `update public.user_usage set messages_sent_today = $2::int, messages_sent_total = $2::int, usage_date = (now() at time zone 'UTC')::date - $3::int where user_id = $1`,
        [user, used, daysAgo],
      );
      return {
        values: [user],
        call: 'select * from public.consume_message_quota($1)',
        used: () => numberOf('select messages_sent_today as number from public.user_usage where user_id = $1', user),
      };
    },
  },
  'questions to a public channel': {
    refusal: { code: 'PT429', error: 'public_chat_quota' },
    daily: true,
    async prepare(limit, used, daysAgo) {
      const channel = await app.channel({ public_slug: `limit-${limit}-${used}-${daysAgo}` });
      if (used > 0)
        await app.sql(
          `insert into public.public_chat_limits (channel_id, identifier, messages_today, usage_date) values ($1, 'me', $2, (now() at time zone 'UTC')::date - $3::int)`,
          [channel, used, daysAgo],
        );
      return {
        values: ['me', channel, limit],
        call: 'select * from public.consume_public_chat_quota($1, $2, $3)',
        used: () =>
          numberOf('select messages_today as number from public.public_chat_limits where channel_id = $1', channel),
      };
    },
  },
  'channels that a user follows': {
    refusal: { code: 'PT402', error: 'creators_limit' },
    daily: false,
    async prepare(limit, used) {
      const user = await app.user();
      await app.plan({ creators: used }, user);
      for (const channel of await app.channels(used))
        await app.sql('insert into public.user_creators (user_id, channel_id) values ($1, $2)', [user, channel]);
      await app.plan({ creators: limit }, user);
      return {
        values: [user, await app.channel()],
        call: 'insert into public.user_creators (user_id, channel_id) values ($1, $2)',
        used: () => numberOf('select creators_added as number from public.user_usage where user_id = $1', user),
      };
    },
  },
};

describe.each(Object.entries(LIMITED))('%s', (_, { prepare, refusal, daily }) => {
  /** The limit, what is used of it already, and whether one more passes. */
  const cases: [limit: number, used: number, passes: boolean][] = [
    [0, 0, false],
    [0, 1, false],
    [1, 0, true],
    [1, 1, false],
    [1, 2, false],
    [3, 1, true],
    [3, 2, true],
    [3, 3, false],
    [3, 4, false],
  ];

  test.each(cases)('a limit of %i, of which %i are used: one more passes: %j', async (limit, used, passes) => {
    const { call, values, used: count } = await prepare(limit, used, 0);
    if (passes) {
      const rows = await app.as('service', call, values);
      for (const row of rows) {
        expect(row).toMatchObject({ messages_sent_today: used + 1, messages_left_today: limit - used - 1 });
      }
      expect(await count()).toBe(used + 1);
    } else {
      expect(await app.failure('service', call, values)).toMatchObject({ ...refusal, detail: { limit } });
      expect(await count()).toBe(used);
    }
  });

  const untilYesterday: [limit: number, used: number, passes: boolean][] = [
    [0, 3, false],
    [1, 3, true],
    [3, 3, true],
  ];
  for (const [limit, used, passes] of daily ? untilYesterday : [])
    test(`a limit of ${limit} on the day after ${used}: one passes: ${passes}`, async () => {
      const { call, values, used: count } = await prepare(limit, used, 1);
      if (passes) expect(await app.as('service', call, values)).toMatchObject([{ messages_sent_today: 1 }]);
      else expect(await app.failure('service', call, values)).toMatchObject(refusal);
      expect(await count()).toBe(passes ? 1 : used);
    });
});

test('somebody who used more than a new, lower limit has none left, and not fewer than none', async () => {
  const user = await app.user();
  await app.plan({ messages: 2 }, user);
  for (const [used, left] of [
    [1, 1],
    [2, 0],
    [3, 0],
  ]) {
    await app.sql(
      'update public.user_usage set messages_sent_today = $2::int, messages_sent_total = $2::int where user_id = $1',
      [user, used],
    );
    expect(
      await app.as({ user }, 'select messages_sent_today as used, messages_left_today as left from public.my_usage()'),
    ).toEqual([{ used, left }]);
  }
});

test.each([
  ['a moment before it expires', `now() + interval '1 microsecond'`, 'pro'],
  ['at the moment at which it expires', 'now()', 'free'],
  ['a moment after', `now() - interval '1 microsecond'`, 'free'],
  ['without an end', 'null', 'pro'],
])('%s the plan in force is the right one', async (_, expires, code) => {
  const inForce = `select code from public.plans where id = private.plan_in_force((select id from public.plans where code = 'pro'), ${expires})`;
  expect(await app.sql(inForce)).toEqual([{ code }]);
});

test('without a plan the free one is in force, whatever the date', async () => {
  for (const expires of ['null', `now() + interval '1 day'`])
    expect(await app.sql(`select code from public.plans where id = private.plan_in_force(null, ${expires})`)).toEqual([
      { code: 'free' },
    ]);
});

describe('at the very moment', () => {
  let goOn: () => Promise<void>;
  beforeAll(async () => {
    goOn = await app.stopClock();
  });
  afterAll(() => goOn());

  const log = (ago: string) =>
    app.sql(
      `insert into public.error_logs (function_name, message, created_at) values ('${ago}', '', now() - interval '${ago}')`,
    );

  test('an error that is 30 days old is kept, and an older one is purged', async () => {
    await app.sql('delete from public.error_logs');
    for (const ago of ['30 days', '30 days 1 microsecond', '29 days']) await log(ago);
    await app.as('service', 'select public.purge_expired(30)');
    expect(await app.sql('select function_name as kept from public.error_logs order by 1')).toEqual([
      { kept: '29 days' },
      { kept: '30 days' },
    ]);
  });

  test('a period of 7 days has what is younger, in errors, channels and overview', async () => {
    const admin = await app.user('admin');
    await app.sql('delete from public.error_logs; delete from public.chat_sessions');
    for (const ago of ['7 days', '7 days 1 second', '6 days 23:59:59']) {
      await log(ago);
      await app.sql(
        `insert into public.chat_sessions (user_id, channel_id, last_message_at) values ($1, $2, now() - interval '${ago}')`,
        [admin, await app.channel()],
      );
    }
    const ask = (text: string) => app.as({ user: admin }, text);
    expect(await ask('select function_name as ago from public.admin_error_summary(7)')).toEqual([
      { ago: '6 days 23:59:59' },
    ]);
    expect(await ask('select active_channels from public.admin_overview()')).toEqual([{ active_channels: '1' }]);
    expect(
      await ask(
        'select sum(chatters)::int as all, sum(chatters_7_days)::int as recent from public.admin_top_channels(100)',
      ),
    ).toEqual([{ all: 3, recent: 1 }]);
  });
});
