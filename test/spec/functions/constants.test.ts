// Every number that a function goes by, shown by what happens at it, below it and above it. The last test holds the list
// against the bodies of the functions, so that a new number needs a case.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bodiesOf, constantsIn, defaultsOf } from './bodies.ts';
import { enlarge, inAll, inChannel } from './search-support.ts';
import { type App, type Caller, freshApp, type Row } from './support.ts';

let app: App;
let admin: string;
beforeAll(async () => {
  app = await freshApp();
  admin = await app.user('admin');
});
// Sizes of channels are written directly.
afterAll(() => app?.dropChanged());

const first = async (rows: Promise<Row[]>): Promise<Row> => (await rows)[0] ?? {};
const asAdmin = (): Caller => ({ user: admin });
const service = (): Caller => 'service';

/** The numbers that the tests below show: of each function its body's, and the defaults of its parameters. */
const shown = new Map<string, { body: (number | string)[]; defaults: (number | string)[] }>();
function shows(name: string, body: readonly (number | string)[], defaults: readonly (number | string)[] = []): void {
  const so = shown.get(name) ?? { body: [], defaults: [] };
  shown.set(name, { body: [...so.body, ...body], defaults: [...so.defaults, ...defaults] });
}

/** A parameter that is refused outside of a range. */
interface Ranged {
  readonly title: string;
  readonly call: (app: App) => Promise<{ readonly text: string; readonly values: (value: unknown) => unknown[] }>;
  readonly low: number;
  readonly high: number | null;
  readonly error: string;
  /** From a number to the argument, where that is no number. */
  readonly argument?: (value: number) => unknown;
}

let keys = 0;
const letters = (length: number): string => 'k'.repeat(Math.max(length, 0));
const request = (at: number) => async () => ({
  text: 'select public.begin_request($1, $2, $3, null, $4::int, $5::int)',
  values: (value: unknown) =>
    [`${++keys}`, 'operation', 'hash', 60, 604_800].map((given, place) => (place === at ? value : given)),
});
const perLock = async () => ({
  text: `select public.acquire_operation_lock($2, 'x', $1)`,
  values: (value: unknown) => [value, `range ${++keys}`],
});

const RANGED: Ranged[] = [
  { title: 'acquire_operation_lock: seconds', call: perLock, low: 1, high: 86_400, error: 'invalid_lock' },
  {
    title: 'acquire_operation_lock: key',
    call: async () => ({ text: `select public.acquire_operation_lock($1, 'x')`, values: (value) => [value] }),
    low: 1,
    high: 255,
    error: 'invalid_lock',
    argument: letters,
  },
  {
    title: 'acquire_operation_lock: operation',
    call: async () => ({
      text: 'select public.acquire_operation_lock($2, $1)',
      values: (value) => [value, `range ${++keys}`],
    }),
    low: 1,
    high: 100,
    error: 'invalid_lock',
    argument: letters,
  },
  {
    title: 'renew_operation_lock: seconds',
    call: async () => ({ text: `select public.renew_operation_lock('x', 1, $1)`, values: (value) => [value] }),
    low: 1,
    high: 86_400,
    error: 'invalid_lock',
  },
  {
    title: 'claim_transcripts: seconds',
    call: async () => ({ text: 'select public.claim_transcripts(0, $1)', values: (value) => [value] }),
    low: 1,
    high: 86_400,
    error: 'invalid_lease',
  },
  { title: 'begin_request: key', call: request(0), low: 1, high: 255, error: 'invalid_request', argument: letters },
  {
    title: 'begin_request: operation',
    call: request(1),
    low: 1,
    high: 100,
    error: 'invalid_request',
    argument: letters,
  },
  { title: 'begin_request: hash', call: request(2), low: 1, high: 255, error: 'invalid_request', argument: letters },
  { title: 'begin_request: lease', call: request(3), low: 1, high: 3600, error: 'invalid_request' },
  {
    title: 'begin_request: time to live, from the lease on',
    call: request(4),
    low: 60,
    high: 604_800,
    error: 'invalid_request',
  },
  {
    title: 'consume_public_chat_quota: who asks',
    call: async (app) => {
      const channel = await app.channel({ public_slug: 'range-of-askers' });
      return { text: 'select public.consume_public_chat_quota($1, $2, 1)', values: (value) => [value, channel] };
    },
    low: 1,
    high: 500,
    error: 'invalid_identifier',
    argument: letters,
  },
  {
    title: 'purge_expired: days',
    call: async () => ({ text: 'select public.purge_expired($1)', values: (value) => [value] }),
    low: 1,
    high: 3650,
    error: 'invalid_days',
  },
];
test('acquire_operation_lock: metadata of at most 16384 bytes', async () => {
  const lock = `select public.acquire_operation_lock('range of metadata', 'x', 60, null, to_jsonb(repeat('x', $1 - 2)))`;
  expect(await app.failure('service', lock, [16_385])).toMatchObject({ code: 'PT400', error: 'invalid_lock' });
  expect(await app.as('service', lock, [16_384])).toHaveLength(1);
});
shows('public.acquire_operation_lock', [100, 255, 16_384, 86_400]);
shows('public.purge_expired', [3650]);
shows('public.renew_operation_lock', [86_400]);
shows('public.claim_transcripts', [86_400]);
shows('private.begin_request', [100, 255, 3600, 604_800]);
shows('public.consume_public_chat_quota', [500]);

test.each(RANGED)('$title: from $low to $high', async ({ call, low, high, error, argument = (value) => value }) => {
  const { text, values } = await call(app);
  for (const value of high === null ? [low, low + 1] : [low, low + 1, high - 1, high])
    await expect(app.as('service', text, values(argument(value)))).resolves.toHaveLength(
      text.includes('claim') ? 0 : 1,
    );
  for (const value of [low - 1, ...(high === null ? [] : [high + 1])])
    expect(await app.failure('service', text, values(argument(value)))).toMatchObject({ code: 'PT400', error });
  expect(await app.failure('service', text, values(null))).toMatchObject({ code: 'PT400', error });
});

test('an address has 3 to 63 characters', async () => {
  const fits = async (length: number) =>
    (await first(app.sql('select private.fits_slug($1) as fits', [letters(length)]))).fits;
  expect([await fits(2), await fits(3), await fits(4), await fits(62), await fits(63), await fits(64)]).toEqual([
    false,
    true,
    true,
    true,
    true,
    false,
  ]);
});
// The second part of the folded text is the words.
shows('private.fits_slug', [2, 3, 63]);

test('a follower publishes after a day', async () => {
  const tried = async (ago: string) => {
    const [user, channel] = [await app.user(), await app.channel()];
    await app.sql(
      'insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, now() - $3::interval)',
      [user, channel, ago],
    );
    return app.as({ user }, 'select public.publish_channel($1, $2)', [channel, `day-${++keys}`]).then(
      () => 'published',
      ({ code }) => code,
    );
  };
  expect([await tried('23:59:50'), await tried('1 day'), await tried('25 hours')]).toEqual([
    '42501',
    'published',
    'published',
  ]);
});
shows('private.publish_channel', ['1 day']);

test('increment_videos_indexed: at most 100000 at once, and no counter runs over', async () => {
  const user = await app.user();
  const add = 'select public.increment_videos_indexed($1, $2)';
  await app.as('service', add, [user, 99_999]);
  await app.as('service', add, [user, 100_000]);
  expect(await app.failure('service', add, [user, 100_001])).toMatchObject({ code: 'PT400', error: 'invalid_count' });
  const counted = async () =>
    first(
      app.sql(
        'select usage.videos_indexed as ever, daily.videos_indexed as today from public.user_usage usage join public.usage_daily daily using (user_id) where user_id = $1',
        [user],
      ),
    );
  expect(await counted()).toEqual({ ever: 199_999, today: 199_999 });
  await app.sql('update public.user_usage set videos_indexed = 2147483640 where user_id = $1', [user]);
  await app.sql('update public.usage_daily set videos_indexed = 2147483640 where user_id = $1', [user]);
  await app.as('service', add, [user, 6]);
  expect(await counted()).toEqual({ ever: 2_147_483_646, today: 2_147_483_646 });
  await app.as('service', add, [user, 100]);
  expect(await counted()).toEqual({ ever: 2_147_483_647, today: 2_147_483_647 });
});
// Twice: of all time and of the day.
shows('public.increment_videos_indexed', [100_000, 2_147_483_647]);

test('consume_public_chat_quota: a limit of 0 is one, and a limit below is none', async () => {
  const channel = await app.channel({ public_slug: 'range-of-limits' });
  const ask = (limit: number | null) =>
    app.failure('service', `select public.consume_public_chat_quota('me', $1, $2)`, [channel, limit]);
  expect(await ask(0)).toMatchObject({ code: 'PT429', error: 'public_chat_quota' });
  for (const limit of [-1, null])
    expect(await ask(limit)).toMatchObject({ code: 'PT400', error: 'invalid_identifier' });
});

describe('how many rows there are at most', () => {
  let goOn: () => Promise<void>;
  beforeAll(async () => {
    goOn = await app.stopClock();
    await app.sql(`
      insert into auth.users (id, email) select gen_random_uuid(), 'user' || number || '@example.com' from generate_series(1, 210) number;
      insert into public.channels (youtube_channel_id, channel_name, channel_url)
        select 'UC' || number, 'channel ' || number, 'u' from generate_series(1, 210) number;
      insert into public.videos (channel_id, youtube_video_id, title)
        select id, youtube_channel_id, 'x' from public.channels where channel_name like 'channel %';
      insert into public.transcripts (channel_id, video_id) select channel_id, id from public.videos;
      insert into public.error_logs (function_name, message, severity)
        select 'f' || number, 'x', 'error' from generate_series(1, 210) number;`);
    const [{ id } = {}] = await app.sql(
      `insert into public.chat_sessions (user_id, channel_id) select $1, id from public.channels limit 1 returning id`,
      [admin],
    );
    await app.sql(
      `insert into public.chat_messages (user_id, session_id, role, content) select $1, $2, 'user', 'x' from generate_series(1, 110)`,
      [admin, id],
    );
  });
  afterAll(() => goOn());

  /** Who calls, the function and where its number of rows is among its arguments, the least, the usual, and the most. */
  const most: [
    who: () => Caller,
    call: (count: string) => string,
    omitted: string,
    low: number,
    usual: number,
    high: number,
  ][] = [
    [asAdmin, (count) => `admin_users(null, ${count})`, 'admin_users()', 1, 50, 200],
    [asAdmin, (count) => `admin_recent_errors(${count})`, 'admin_recent_errors()', 1, 50, 200],
    [
      asAdmin,
      (count) => `admin_recent_errors(${count}, 'error')`,
      `admin_recent_errors(p_severity => 'error')`,
      1,
      50,
      200,
    ],
    [asAdmin, (count) => `admin_ingestion_queue(${count})`, 'admin_ingestion_queue()', 1, 50, 200],
    [asAdmin, (count) => `admin_top_channels(${count})`, 'admin_top_channels()', 1, 10, 100],
    [asAdmin, (count) => `admin_daily_messages(${count})`, 'admin_daily_messages()', 1, 30, 366],
    [asAdmin, (count) => `search_my_messages('x', ${count})`, `search_my_messages('x')`, 1, 20, 100],
    [service, (count) => `claim_transcripts(${count})`, 'claim_transcripts()', 0, 10, 100],
  ];
  shows('private.admin_users', [50, 200]);
  shows('public.admin_users', [], [50]);
  shows('private.admin_recent_errors', [50, 200]);
  shows('public.admin_recent_errors', [], [50]);
  shows('private.admin_ingestion_queue', [50, 200]);
  shows('public.admin_ingestion_queue', [], [50]);
  shows('private.admin_top_channels', [10, 100]);
  shows('public.admin_top_channels', [], [10]);
  shows('private.admin_daily_messages', [30, 366]);
  shows('public.admin_daily_messages', [], [30]);
  shows('public.search_my_messages', [20, 100], [20]);
  shows('public.claim_transcripts', [10, 100], [10]);

  test.each(most.map((row) => ({ row, title: row[1]('…') })))(
    '$title',
    async ({ row: [who, call, omitted, low, usual, high] }) => {
      const count = async (text: string): Promise<unknown> => {
        await app.sql(`update public.transcripts set extraction_status = 'pending', next_retry_at = null`);
        return (await first(app.as(who(), `select count(*)::int as rows from public.${text}`))).rows;
      };
      expect([await count(omitted), await count(call('null'))]).toEqual([usual, usual]);
      for (const asked of [low, low + 1, usual, high - 1, high]) expect(await count(call(`${asked}`))).toBe(asked);
      for (const asked of [low - 1, -5]) expect(await count(call(`${asked}`))).toBe(low);
      for (const asked of [high + 1, 100_000]) expect(await count(call(`${asked}`))).toBe(high);
    },
  );

  test('admin_error_summary: 7 days unless another number is given, from 1 to 366', async () => {
    await app.sql('delete from public.error_logs');
    for (const days of [0, 1, 6, 7, 365, 366])
      await app.sql(
        `insert into public.error_logs (function_name, message, created_at) values ('f', 'x', now() - $1::int * interval '1 day' - interval '1 minute')`,
        [days],
      );
    const errors = async (days: string) =>
      (await first(app.as(asAdmin(), `select sum(errors)::int as errors from public.admin_error_summary(${days})`)))
        .errors;
    // An error of n days and a minute is in a period of n + 1 days.
    expect([await errors(''), await errors('null'), await errors('7')]).toEqual([3, 3, 3]);
    expect([await errors('8'), await errors('6')]).toEqual([4, 2]);
    expect([await errors('1'), await errors('0'), await errors('-9')]).toEqual([1, 1, 1]);
    expect([await errors('365'), await errors('366'), await errors('367'), await errors('100000')]).toEqual([
      4, 5, 5, 5,
    ]);
  });
  shows('private.admin_error_summary', [7, 366]);
  shows('public.admin_error_summary', [], [7]);

  test('admin_overview: today, 7 days and 30 days, and an average of two decimals', async () => {
    await app.sql('delete from public.usage_daily');
    for (const [ago, messages] of [
      [0, 1],
      [6, 10],
      [7, 100],
      [29, 1000],
      [30, 10_000],
    ])
      await app.sql(
        `insert into public.usage_daily (user_id, day, messages_sent) values ($1, (now() at time zone 'UTC')::date - $2::int, $3)`,
        [await app.user(), ago, messages],
      );
    const users = Number((await first(app.sql('select count(*)::int as users from auth.users'))).users);
    const total = Math.floor(users / 3);
    await app.sql('update public.user_usage set messages_sent_total = case user_id when $1 then $2::int else 0 end', [
      admin,
      total,
    ]);
    expect(await app.as(asAdmin(), 'select * from public.admin_overview()')).toMatchObject([
      {
        active_users_today: '1',
        active_users_7_days: '2',
        messages_today: '1',
        messages_7_days: '11',
        messages_30_days: '1111',
        average_messages_per_user: (total / users).toFixed(2),
      },
    ]);
    expect((total / users).toFixed(2)).not.toBe((total / users).toFixed(1));
  });
  shows('private.admin_overview', [2, 7, 30]);

  test('channels and people are active who asked within 7 days', async () => {
    await app.sql('delete from public.chat_sessions');
    for (const ago of ['6 days 23 hours', '7 days 1 hour'])
      await app.sql(
        `insert into public.chat_sessions (user_id, channel_id, last_message_at) values ($1, $2, now() - interval '${ago}')`,
        [admin, await app.channel()],
      );
    expect(await app.as(asAdmin(), 'select active_channels from public.admin_overview()')).toEqual([
      { active_channels: '1' },
    ]);
    expect(
      await app.as(
        asAdmin(),
        'select sum(chatters)::int as all, sum(chatters_7_days)::int as recent from public.admin_top_channels(100)',
      ),
    ).toEqual([{ all: 2, recent: 1 }]);
  });
  shows('private.admin_overview', ['7 days']);
  shows('private.admin_top_channels', ['7 days']);

  test('admin_plan_distribution: percent with one decimal', async () => {
    await app.sql(`delete from auth.users where id <> $1`, [admin]);
    const [one, two] = [await app.user(), await app.user()];
    await app.sql(
      `update public.user_usage set plan_id = (select id from public.plans where code = 'pro') where user_id = any ($1)`,
      [[one, two]],
    );
    expect(await app.as(asAdmin(), 'select plan_code, percent from public.admin_plan_distribution()')).toEqual([
      { plan_code: 'free', percent: '33.3' },
      { plan_code: 'pro', percent: '66.7' },
    ]);
  });
  shows('private.admin_plan_distribution', [100]);
});

describe('how long it lasts when nobody says', () => {
  const seconds = async (text: string, values: readonly unknown[] = []) =>
    Number((await first(app.sql(`select extract(epoch from ${text}) as seconds`, values))).seconds);

  test('a lock: 600 seconds, taken or renewed', async () => {
    const { token } = await first(app.as('service', `select public.acquire_operation_lock('lasts', 'x') as token`));
    const left = `(select expires_at - clock_timestamp() from public.operation_locks where lock_key = 'lasts')`;
    expect(Math.abs((await seconds(left)) - 600)).toBeLessThan(60);
    await app.sql(
      `update public.operation_locks set expires_at = clock_timestamp() + interval '5 seconds' where lock_key = 'lasts'`,
    );
    await app.as('service', `select public.renew_operation_lock('lasts', $1)`, [token]);
    expect(Math.abs((await seconds(left)) - 600)).toBeLessThan(60);
  });
  shows('public.acquire_operation_lock', [], [600]);
  shows('public.renew_operation_lock', [], [600]);

  test('a request: a lease of 60 seconds, remembered for 86,400', async () => {
    await app.as('service', `select public.begin_request('lasts', 'x', 'h', null)`);
    expect(
      await app.sql(
        `select round(extract(epoch from locked_until - created_at))::int as lease, round(extract(epoch from expires_at - created_at))::int as life
         from public.request_idempotency where idempotency_key = 'lasts'`,
      ),
    ).toEqual([{ lease: 60, life: 86_400 }]);
  });
  shows('public.begin_request', [], [60, 86_400]);

  test('a transcript: 300 seconds, and it is given up at the fifth lease that lapses', async () => {
    await app.sql('delete from public.videos');
    const [fourth, fifth] = [await app.transcript(await app.channel()), await app.transcript(await app.channel())];
    const lapse = `update public.transcripts set extraction_status = 'processing', next_retry_at = now() - interval '1 second', retry_count = $2 where id = $1`;
    await app.sql(lapse, [fourth, 3]);
    await app.sql(lapse, [fifth, 4]);
    const claimed = await app.as(
      'service',
      'select transcript_id, retry_count, round(extract(epoch from leased_until - clock_timestamp()) / 30) * 30 as lease from public.claim_transcripts()',
    );
    expect(claimed).toMatchObject([{ transcript_id: fourth, retry_count: 4, lease: '300' }]);
    expect(
      await app.sql('select extraction_status::text as status, retry_count from public.transcripts where id = $1', [
        fifth,
      ]),
    ).toEqual([{ status: 'failed', retry_count: 5 }]);
  });
  shows('public.claim_transcripts', [5], [300]);

  test('an error: 30 days', async () => {
    await app.sql('delete from public.error_logs');
    for (const ago of ['29 days 23 hours', '30 days 1 hour'])
      await app.sql(
        `insert into public.error_logs (function_name, message, created_at) values ('${ago}', '', now() - interval '${ago}')`,
      );
    await app.as('service', 'select public.purge_expired()');
    expect(await app.sql('select function_name as kept from public.error_logs')).toEqual([
      { kept: '29 days 23 hours' },
    ]);
  });
  shows('public.purge_expired', [], [30]);
});

describe('how much there is at most', () => {
  test('a channel is followed 20 times a day where the plan has 5 or fewer, and four times as often as the plan has where not', async () => {
    for (const [creators, a_day] of [
      [5, 20],
      [6, 24],
    ] as const) {
      const user = await app.user();
      await app.plan({ creators }, user);
      const channel = await app.channel();
      const follow = 'insert into public.user_creators (user_id, channel_id) values ($1, $2)';
      for (let time = 0; time < a_day; time++) {
        await app.sql(follow, [user, channel]);
        await app.sql('delete from public.user_creators where user_id = $1', [user]);
      }
      expect(await app.failure('service', follow, [user, channel])).toMatchObject({ detail: { limit: a_day } });
    }
  });
  shows('private.count_added_creators', [20, 4]);

  test('a page of an export ends with the row that makes it more than 2,000,000 bytes', async () => {
    const [user, channel] = [await app.user(), await app.channel()];
    const [session] = await app.sql(
      'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
      [user, channel],
    );
    const size = Number(
      (
        await first(
          app.sql(
            `with written as (
               insert into public.chat_messages (user_id, session_id, role, content)
               select $1, $2, 'user', repeat('a', 32000) from generate_series(1, 100) returning *
             )
             select pg_column_size(to_jsonb(written)) as size from written limit 1`,
            [user, session?.id],
          ),
        )
      ).size,
    );
    const [{ page } = {}] = await app.as({ user }, 'select public.export_my_data() as page');
    const rows = (page as { chat_messages: Row[] }).chat_messages;
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.length * size).toBeLessThan(2_000_000 + size);
    expect(rows.length * size).toBeGreaterThan(2_000_000 - size);
  });
  shows('private.export_my_data', [2_000_000]);

  test('a search is for at most 200 characters, and does so much and no more', async () => {
    const user = await app.user();
    const [session] = await app.sql(
      'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
      [user, await app.channel()],
    );
    // Of 9800 bytes, which with 200 for the message and a text of 32 characters are 19,800 of 8,000,000: 404 messages are less.
    await app.sql(
      `insert into public.chat_messages (user_id, session_id, role, content, created_at)
       select $1, $2, 'user', repeat('a', 9800), now() - number * interval '1 second' from generate_series(1, 405) number`,
      [user, session?.id],
    );
    await app.sql(
      'delete from public.chat_messages where id in (select id from public.chat_messages where user_id = $1 limit 1)',
      [user],
    );
    const search = 'select * from public.search_my_messages($1)';
    expect(await app.as({ user }, search, ['b'.repeat(32)])).toEqual([]);
    await app.sql(
      `insert into public.chat_messages (user_id, session_id, role, content) select $1, $2, 'user', repeat('a', 9800)`,
      [user, session?.id],
    );
    expect(await app.failure({ user }, search, ['b'.repeat(32)])).toMatchObject({ code: 'PT422' });
    expect(await app.failure({ user }, search, ['b'.repeat(201)])).toMatchObject({ code: 'PT400' });
    expect(await app.failure({ user: admin }, 'select * from public.admin_users($1)', ['b'.repeat(201)])).toMatchObject(
      {
        code: 'PT400',
        error: 'invalid_query',
      },
    );
    expect(await app.as({ user: admin }, 'select * from public.admin_users($1)', ['b'.repeat(200)])).toEqual([]);
  });
  shows('public.search_my_messages', [200, 32, 8_000_000, 1_000_000]);
  shows('private.require_query', [200]);

  // test/spec/attacks/sizes.test.ts shows these.
  shows('public.log_error', [200, 10_000, 50_000, 65_536]);
  // test/spec/functions/waiting.test.ts: two of a thousandth of a second, 500 times, are the second after which it queues.
  shows('private.hold_channel', [500, 0.002]);
  shows('private.hold_session', [500, 0.002]);
  // The places of its arguments.
  shows('private.refuse_too_long', [2]);
});

describe('an embedding in half precision', () => {
  const SMALLEST = 2 ** -24;
  const kept = async (...numbers: number[]) =>
    (
      await first(
        app.sql('select private.half_precision($1::extensions.vector) is not null as kept', [
          `[${[...numbers, ...Array<number>(1536 - numbers.length).fill(0)].join(',')}]`,
        ]),
      )
    ).kept;

  test('holds numbers below 65520, however long it is', async () => {
    expect(await kept(65_519.98)).toBe(true);
    expect(await kept(65_520)).toBe(false);
    expect(await kept(65_519.98, -65_519.98)).toBe(true);
    expect(await kept(1, -65_520)).toBe(false);
  });

  test('is none where it would point elsewhere, by a ten thousandth of a cosine', async () => {
    // What is less than half of the smallest number is lost, which turns the rest by 0.4 / 28 and by 0.4 / 29.
    expect(await kept(28 * SMALLEST, 0.4 * SMALLEST)).toBe(false);
    expect(await kept(29 * SMALLEST, 0.4 * SMALLEST)).toBe(true);
    expect(await kept(0.4 * SMALLEST)).toBe(false);
    expect(await kept(0)).toBe(true);
  });

  test('has 1536 numbers', async () => {
    expect(
      await app.sql(`select private.half_precision(array_fill(1, array[numbers])::real[]::extensions.vector) is not null as kept
        from unnest(array[1535, 1536, 1537]) numbers`),
    ).toEqual([{ kept: false }, { kept: true }, { kept: false }]);
  });
  // From a length of 0.001 on no rounding turns it as far, so that the angle is not looked at; and below a length of 65504
  // no number is too large.
  shows('private.half_precision', [0.0001, 0.001, 1536, 65_504, 65_520]);
});

describe('what people claim at sign-up', () => {
  test('an address of a picture has at most 2048 characters, and the second is taken instead of a longer one', async () => {
    const url = (length: number) => `https://${'x'.repeat(length - 8)}`;
    const taken = async (claims: Row) =>
      (await first(app.sql('select private.avatar_url_of($1) as url', [JSON.stringify(claims)]))).url;
    expect(await taken({ avatar_url: url(2048), picture: url(9) })).toBe(url(2048));
    expect(await taken({ avatar_url: url(2049), picture: url(9) })).toBe(url(9));
    expect(await taken({ avatar_url: url(2049) })).toBeNull();
    expect(await taken({ avatar_url: url(10), picture: url(9) })).toBe(url(10));
  });
  shows('private.avatar_url_of', [2, 2048]);

  const name = async (claims: Row, email: string | null = 'ada@example.com') =>
    (await first(app.sql('select private.display_name_of($1, $2) as name', [JSON.stringify(claims), email]))).name;

  test('a name is cut to 80 characters, of the first 1000 that were sent', async () => {
    for (const [length, kept] of [
      [79, 79],
      [80, 80],
      [81, 80],
    ] as const)
      expect(await name({ display_name: 'é'.repeat(length) })).toBe('é'.repeat(kept));
    expect(await name({ display_name: `${' '.repeat(999)}x` })).toBe('x');
    expect(await name({ display_name: `${' '.repeat(1000)}x` })).toBe('ada');
  });

  test('of several names the display name comes first, then the full name, the name, and the e-mail address', async () => {
    const all = { display_name: 'one', full_name: 'two', name: 'three' };
    expect(await name(all)).toBe('one');
    expect(await name({ ...all, display_name: '' })).toBe('two');
    expect(await name({ name: 'three', full_name: null })).toBe('three');
    expect(await name({})).toBe('ada');
  });
  shows('private.display_name_of', [2, 3, 4, 80, 1000]);
});

describe('the index for searching all channels', () => {
  test('has one list below 20,000 rows, then one for each 400, and 1000 at most', async () => {
    const rows = [0, 19_999, 20_000, 20_399, 20_400, 399_999, 400_000, 400_400, 10_000_000];
    expect(
      await app.sql(
        'select private.fitting_lists(rows) as lists from unnest($1::bigint[]) with ordinality given (rows, at) order by at',
        [rows],
      ),
    ).toEqual([1, 1, 50, 50, 51, 999, 1000, 1000, 1000].map((lists) => ({ lists })));
  });
  shows('private.fitting_lists', [400, 1000, 20_000]);

  /** Calls it while the index has so many lists, as if so many were fitting; what it has then, and whether it was made anew. */
  async function retrained(
    had: number,
    fitting: number,
    given: number | null,
  ): Promise<[lists: unknown, anew: boolean]> {
    await app.sql('begin');
    try {
      await app.sql(`
        create or replace function private.fitting_lists(p_rows bigint) returns integer language sql immutable as 'select ${fitting}';
        alter index public.idx_chunk_embeddings_bits set (lists = ${had})`);
      const file = `select oid from pg_class where oid = to_regclass('public.idx_chunk_embeddings_bits')`;
      const before = await app.sql(file);
      const { lists } = await first(app.sql('select public.retrain_search_index($1) as lists', [given]));
      return [lists, (await first(app.sql(file))).oid !== before[0]?.oid];
    } finally {
      await app.sql('rollback');
    }
  }

  test.each([
    [20, 9, 9, true],
    [20, 10, 20, false],
    [20, 20, 20, false],
    [20, 40, 20, false],
    [20, 41, 41, true],
    [21, 10, 10, true],
    [21, 11, 21, false],
    [1, 1, 1, false],
    [1, 2, 1, false],
    [1, 3, 3, true],
    [2, 1, 2, false],
    [3, 1, 1, true],
  ])('of %i lists where %i are fitting it leaves %i, made anew: %j', async (had, fitting, lists, anew) => {
    expect(await retrained(had, fitting, null)).toEqual([lists, anew]);
  });

  test.each([
    [-1, 1],
    [0, 1],
    [1, 1],
    [2, 2],
    [20, 20],
    [999, 999],
    [1000, 1000],
    [1001, 1000],
  ])('asked for %i lists it is made with %i in any case', async (given, lists) => {
    expect(await retrained(20, 20, given)).toEqual([lists, true]);
  });
  shows('private.retrain_search_index', [2, 1000]);

  test('is searched in twice the root of its lists, rounded up', async () => {
    const [{ id } = {}] = await app.sql(
      `insert into public.videos (channel_id, youtube_video_id, title) values ($1, 'probes', 'x') returning id`,
      [await app.channel()],
    );
    const [{ transcript } = {}] = await app.sql(
      `insert into public.transcripts (channel_id, video_id) select channel_id, id from public.videos where id = $1 returning id as transcript`,
      [id],
    );
    await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [
      transcript,
      JSON.stringify([{ text: 'x', embedding: [1, ...Array(1535).fill(0)] }]),
    ]);
    const probes = async (lists: number | null): Promise<string> => {
      await app.sql('begin');
      try {
        // A policy is evaluated while the function runs, and says what it sees.
        await app.sql(`
          create function public.tell() returns boolean language plpgsql as $$ begin raise '%', current_setting('ivfflat.probes'); end $$;
          grant execute on function public.tell() to authenticated;
          create policy tell on public.chunk_embeddings as restrictive for select to authenticated using (public.tell());
          ${lists ? `alter index public.idx_chunk_embeddings_bits set (lists = ${lists})` : 'drop index public.idx_chunk_embeddings_bits'}`);
        await app.sql(`set local role authenticated`);
        return await app.sql(inAll, [question, 0, 1]).then(
          () => 'nobody was asked',
          ({ message }) => message as string,
        );
      } finally {
        await app.sql('rollback');
      }
    };
    for (const [lists, expected] of [
      [1, 2],
      [2, 3],
      [4, 4],
      [9, 6],
      [10, 7],
      [1000, 64],
      [null, 2],
    ] as const)
      expect([lists, await probes(lists)]).toEqual([lists, `${expected}`]);
  });
});

/** All signs positive, and all of the same size. */
const question = `[${Array(1536).fill(1).join(',')}]`;

describe('a search', () => {
  let channel: string;
  /** Chunks with the signs of the question that point elsewhere, and one with another sign that points nearly as it does. */
  const most = 1700;
  beforeAll(async () => {
    await app.sql('delete from public.videos');
    channel = await app.channel();
    const transcript = await app.transcript(channel);
    await app.sql(
      `insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text)
       select channel_id, video_id, id, number, case number when 0 then 'near' else 'decoy' end
       from public.transcripts, generate_series(0, $2::int) number where id = $1`,
      [transcript, most],
    );
    await app.sql(
      `insert into public.chunk_embeddings (chunk_id, channel_id, embedding)
       select id, channel_id, case chunk_index
         when 0 then (array[-1]::real[] || array_fill(1::real, array[1535]))::extensions.halfvec
         else (array[9000]::real[] || array_fill(1::real, array[1535]))::extensions.halfvec end
       from public.transcript_chunks where transcript_id = $1`,
      [transcript],
    );
  });

  /** Whether the near one is found when so many others have better signs; the others are not near enough to be shown. */
  async function findsNear(
    text: string,
    values: readonly unknown[],
    decoys: number,
    chunkCount: number,
  ): Promise<boolean> {
    await app.sql('begin');
    try {
      await app.sql('set local session_replication_role = replica');
      await app.sql(
        `delete from public.chunk_embeddings where chunk_id in (select id from public.transcript_chunks where chunk_index > $1)`,
        [decoys],
      );
      await app.sql('update public.channels set chunk_count = $2 where id = $1', [channel, chunkCount]);
      return (await app.sql(text, values)).some((row) => row.text === 'near');
    } finally {
      await app.sql('rollback');
    }
  }

  /** How many are measured when so many are wanted: the near one is found as the last of them. */
  test.each([
    [1, 200, 400],
    [25, 200, 400],
    [26, 208, 400],
    [50, 400, 400],
    [51, 408, 408],
    [200, 1600, 1600],
    [500, 1600, 1600],
  ])(
    'for %i passages measures the %i best by their signs of a channel, and %i of all',
    async (wanted, ofChannel, ofAll) => {
      const inOne = (decoys: number) => findsNear(inChannel, [question, channel, 0.5, wanted], decoys, 3001);
      const inEvery = (decoys: number) => findsNear(inAll, [question, 0.5, wanted], decoys, 0);
      expect([await inOne(ofChannel - 1), await inOne(ofChannel)]).toEqual([true, false]);
      expect([await inEvery(ofAll - 1), await inEvery(ofAll)]).toEqual([true, false]);
    },
  );

  test('measures a channel of 3000 passages whole, and a larger one by its signs first', async () => {
    const of = (chunks: number) => findsNear(inChannel, [question, channel, 0.5, 1], most, chunks);
    expect([await of(2999), await of(3000), await of(3001)]).toEqual([true, true, false]);
  });

  test('shows 10 passages of a similarity above 0.15 unless others are asked for, and 200 at most', async () => {
    await enlarge(app, channel);
    const rows = async (text: string, values: readonly unknown[]) => (await app.sql(text, values)).length;
    for (const { name, its } of [
      { name: 'search_transcript_chunks', its: [channel] },
      { name: 'search_all_transcript_chunks', its: [] },
    ]) {
      const given = its.map((_, at) => `, $${at + 2}`).join('');
      const count = (more: string) => rows(`select from public.${name}($1${given}${more})`, [question, ...its]);
      expect([await count(', -1'), await count(', -1, null'), await count(', -1, 10')]).toEqual([10, 10, 10]);
      expect([
        await count(', -1, 199'),
        await count(', -1, 200'),
        await count(', -1, 201'),
        await count(', -1, 5000'),
      ]).toEqual([199, 200, 200, 200]);
      expect([await count(', -1, 1'), await count(', -1, 0'), await count(', -1, -5')]).toEqual([1, 1, 1]);
    }
  });

  test.each([
    [0.149, 0],
    [0.151, 1],
  ])('of a passage of similarity %d it shows %i without a threshold, or with none', async (similarity, shownThen) => {
    await app.sql('begin');
    try {
      // Of the question's length and one more direction, so that the angle is as wide as it has to be.
      const [along, across] = [similarity, Math.sqrt(1 - similarity ** 2)];
      const asked = `[1,0${',0'.repeat(1534)}]`;
      await app.sql(`update public.chunk_embeddings set embedding = $1::extensions.halfvec`, [
        `[${along},${across}${',0'.repeat(1534)}]`,
      ]);
      const count = async (text: string, ...values: unknown[]) => (await app.sql(text, values)).length;
      const shows = Math.min(shownThen, 1);
      expect([
        await count('select from public.search_transcript_chunks($1, $2, match_count => 1)', asked, channel),
        await count('select from public.search_transcript_chunks($1, $2, null, 1)', asked, channel),
        await count('select from public.search_all_transcript_chunks($1, match_count => 1)', asked),
        await count('select from public.search_all_transcript_chunks($1, null, 1)', asked),
      ]).toEqual([shows, shows, shows, shows]);
    } finally {
      await app.sql('rollback');
    }
  });
  shows('public.search_transcript_chunks', [0.15, 10, 200, 8, 3000], [0.15, 10]);
  shows('public.search_all_transcript_chunks', [0.15, 10, 2, 200, 400, 8], [0.15, 10]);

  test('an embedding has 1536 numbers', async () => {
    const transcript = await app.transcript(await app.channel());
    const written = (length: number) =>
      app
        .as('service', 'select public.replace_transcript_chunks($1, $2) as written', [
          transcript,
          JSON.stringify([{ text: 'x', embedding: Array(length).fill(1) }]),
        ])
        .then(
          ([row]) => row?.written,
          ({ code }) => code,
        );
    expect([await written(1535), await written(1536), await written(1537)]).toEqual(['22000', 1, '22000']);
  });
  shows('public.replace_transcript_chunks', [1536]);
});

test('these are all numbers of all functions', async () => {
  const sorted = (values: readonly (number | string)[]) => [...new Set(values)].map(String).toSorted();
  const found = (await bodiesOf(app.url)).flatMap((body) => {
    const numbers = { body: sorted(constantsIn(body.trees)), defaults: sorted(defaultsOf(body)) };
    return numbers.body.length + numbers.defaults.length > 0 ? [[body.name, numbers] as const] : [];
  });
  const listed = [...shown].map(
    ([name, { body, defaults }]) => [name, { body: sorted(body), defaults: sorted(defaults) }] as const,
  );
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(found));
});
