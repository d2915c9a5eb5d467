import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onRealServer } from '../../support/databases.ts';
import { type App, freshApp, type Row, together } from './support.ts';

let app: App;
let admin: string;
beforeAll(async () => {
  app = await freshApp();
  admin = await app.user('admin', { email: 'first@example.com', created_at: '2020-01-01' });
});
afterAll(() => app?.drop());

describe('roles', () => {
  const grant = 'select public.grant_role($1, $2) as done';
  const revoke = 'select public.revoke_role($1, $2) as done';
  const rolesOf = async (user: string): Promise<unknown[]> =>
    (await app.sql('select role::text from public.user_roles where user_id = $1 order by role', [user])).map(
      (row) => row.role,
    );
  const audited = (user: string) =>
    app.sql(
      `select actor_id, action::text, coalesce(new_record, old_record) ->> 'role' as role from public.audit_log
       where table_name = 'public.user_roles' and coalesce(new_record, old_record) ->> 'user_id' = $1 and actor_id is not null order by created_at`,
      [user],
    );

  test('an admin gives and takes a role, once each, and the audit names the admin', async () => {
    const user = await app.user();
    const call = (text: string) => app.as({ user: admin }, text, [user, 'moderator']);
    expect([await call(grant), await call(grant)]).toEqual([[{ done: true }], [{ done: false }]]);
    expect(await rolesOf(user)).toEqual(['moderator', 'user']);
    expect(
      await app.sql(`select granted_by from public.user_roles where user_id = $1 and role = 'moderator'`, [user]),
    ).toEqual([{ granted_by: admin }]);
    expect([await call(revoke), await call(revoke)]).toEqual([[{ done: true }], [{ done: false }]]);
    expect(await rolesOf(user)).toEqual(['user']);
    expect(await audited(user)).toEqual([
      { actor_id: admin, action: 'role_granted', role: 'moderator' },
      { actor_id: admin, action: 'role_revoked', role: 'moderator' },
    ]);
  });

  test('nobody else gives or takes one: no user, no moderator, not the service', async () => {
    const [user, moderator] = [await app.user(), await app.user('moderator')];
    for (const text of [grant, revoke]) {
      for (const caller of [{ user }, { user: moderator }])
        expect(await app.failure(caller, text, [user, 'admin'])).toMatchObject({ code: '42501', error: 'not_admin' });
      for (const caller of ['anon', 'service'] as const)
        expect(await app.failure(caller, text, [user, 'admin'])).toMatchObject({ code: '42501' });
    }
    expect(await rolesOf(user)).toEqual(['user']);
  });

  test('the last admin stays one, also by their own hand', async () => {
    expect(await app.failure({ user: admin }, revoke, [admin, 'admin'])).toMatchObject({
      code: 'PT409',
      error: 'last_admin',
    });
    const second = await app.user('admin');
    expect(await app.as({ user: admin }, revoke, [admin, 'admin'])).toEqual([{ done: true }]);
    expect(await app.failure({ user: second }, revoke, [second, 'admin'])).toMatchObject({ code: 'PT409' });
    await app.as({ user: second }, grant, [admin, 'admin']);
    await app.as({ user: admin }, revoke, [second, 'admin']);
  });

  test('a role for nobody is refused', async () => {
    const nobody = '00000000-0000-4000-8000-000000000bad';
    expect(await app.failure({ user: admin }, grant, [nobody, 'admin'])).toMatchObject({
      code: 'PT404',
      error: 'unknown_user',
    });
  });

  onRealServer('of two admins who revoke each other at once one is left, in each of 20 rounds', async () => {
    for (let round = 0; round < 20; round++) {
      const rival = await app.user('admin');
      // No row of another role that the two could wait for.
      await app.sql(`delete from public.user_roles where role <> 'admin'`);
      const sessions = [...(await app.sessions(1, { user: admin })), ...(await app.sessions(1, { user: rival }))];
      const victims = [rival, admin];
      const codes = await Promise.all(
        sessions.map((session, index) =>
          session.query(revoke, [victims[index], 'admin']).then(
            () => 'revoked',
            ({ code }) => code as string,
          ),
        ),
      );
      expect(codes.toSorted()).toEqual(['42501', 'revoked']);
      const left = await app.sql(`select user_id from public.user_roles where role = 'admin'`);
      expect(left).toHaveLength(1);
      admin = left[0]?.user_id as string;
      await Promise.all(sessions.map((session) => session.end()));
    }
  });

  onRealServer('who is no admin is refused at once, whoever holds the rows of the admins', async () => {
    const user = await app.user();
    const [caller] = await app.sessions(1, { user });
    await app.sql('begin');
    try {
      await app.sql('select from public.user_roles for update');
      await caller?.query(`set lock_timeout = '2s'`);
      await expect(caller?.query(revoke, [user, 'user'])).rejects.toMatchObject({ code: '42501' });
    } finally {
      await app.sql('rollback');
      await caller?.end();
    }
  });

  onRealServer('of eight admins who all resign at once one is left', async () => {
    const eight = [admin];
    while (eight.length < 8) eight.push(await app.user('admin'));
    const codes = await together(app, 8, 'service', async (session, index) => {
      await session.query(
        `select set_config('role', 'authenticated', false), set_config('request.jwt.claims', $1, false)`,
        [JSON.stringify({ sub: eight[index], role: 'authenticated' })],
      );
      return session.query(revoke, [eight[index], 'admin']).then(
        () => 'revoked',
        ({ code }) => code as string,
      );
    });
    expect(Object.groupBy(codes, (code) => code)).toMatchObject({ revoked: { length: 7 }, PT409: { length: 1 } });
    const left = await app.sql(`select user_id from public.user_roles where role = 'admin'`);
    expect(left).toHaveLength(1);
    admin = left[0]?.user_id as string;
  });
});

const FUNCTIONS = [
  'admin_overview',
  'admin_top_channels',
  'admin_daily_messages',
  'admin_plan_distribution',
  'admin_recent_errors',
  'admin_error_summary',
  'admin_users',
  'admin_ingestion_queue',
] as const;

test.each(FUNCTIONS)('%s is for admins alone', async (name) => {
  const call = `select * from public.${name}()`;
  expect(await app.as({ user: admin }, call)).toBeDefined();
  for (const user of [await app.user(), await app.user('moderator')]) {
    expect(await app.failure({ user }, call)).toMatchObject({ code: '42501', error: 'not_admin' });
    const text = `select * from private.${name}(${name.match(/daily|summary|top|queue/) ? '1' : name.match(/recent/) ? '1, null, null, null' : name.match(/users/) ? 'null, 1, null, null' : ''})`;
    expect(await app.failure({ user }, text)).toMatchObject({ code: '42501', error: 'not_admin' });
  }
  for (const caller of ['anon', 'service'] as const)
    expect(await app.failure(caller, call)).toMatchObject({ code: '42501' });
});

describe('where there is nobody else, and nothing', () => {
  const ask = (text: string) => app.as({ user: admin }, `select * from public.${text}`);
  let goOn: () => Promise<void>;
  beforeAll(async () => {
    goOn = await app.stopClock();
    await app.sql('delete from auth.users where id <> $1', [admin]);
    await app.sql('delete from public.usage_daily');
    await app.sql('delete from public.channels');
    await app.sql('update public.user_usage set messages_sent_total = 3');
  });
  afterAll(() => goOn());

  test('admin_users shows who has no address, no name and no day of signing up, after all others', async () => {
    const [{ id } = {}] = await app.sql(
      'insert into auth.users (email, created_at) values (null, null) returning id::text',
    );
    expect(await ask('admin_users()')).toMatchObject([
      { user_id: admin },
      { user_id: id, email: null, display_name: null, created_at: '-infinity' },
    ]);
    await app.sql('delete from auth.users where id = $1', [id]);
  });

  test('admin_overview and admin_plan_distribution reckon with one account', async () => {
    expect(await ask('admin_overview()')).toMatchObject([{ users: '1', average_messages_per_user: '3.00' }]);
    expect(await ask('admin_plan_distribution()')).toEqual([
      { plan_code: 'free', users: '1', percent: '100.0' },
      { plan_code: 'pro', users: '0', percent: '0.0' },
    ]);
  });

  test('they say 0 of what is not there', async () => {
    await app.sql('delete from public.user_usage');
    await app.sql(`delete from public.plans where code = 'free'`);
    expect(await ask('admin_overview()')).toMatchObject([
      { messages_today: '0', messages_7_days: '0', messages_30_days: '0', chunks: '0', average_messages_per_user: '0' },
    ]);
    expect(await ask('admin_plan_distribution()')).toEqual([{ plan_code: 'pro', users: '0', percent: '0' }]);
  });
});

describe('on a world that is known', () => {
  const ask = (text: string, values?: readonly unknown[]) =>
    app.as({ user: admin }, `select * from public.${text}`, values);
  let goOn: () => Promise<void>;
  /** What was made, as plain data: what is expected is reckoned from this, in other words than the functions'. */
  const made = {
    users: [] as {
      id: string;
      plan: 'free' | 'pro' | 'expired' | 'none';
      created: string;
      email: string;
      name: string;
    }[],
    days: [] as { user: string; ago: number; messages: number }[],
    chats: [] as { user: string; channel: string; hoursAgo: number | null }[],
    follows: [] as { user: string; channel: string }[],
    channels: [] as {
      id: string;
      status: string;
      pending: number;
      processing: number;
      failed: number;
      completed: number;
      waiting: number;
    }[],
    errors: [] as { name: string; severity: string; code: string | null; hoursAgo: number; user: string | null }[],
    chunks: 0,
    embedded: 0,
  };
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const todayOf = (user: string) => made.days.find((day) => day.user === user && day.ago === 0)?.messages ?? 0;

  beforeAll(async () => {
    // The day must not change between what is made and what is asked.
    goOn = await app.stopClock();
    await app.sql(`delete from auth.users where id <> $1`, [admin]);
    await app.sql('truncate public.usage_daily, public.error_logs');
    await app.sql('update public.user_usage set messages_sent_today = 0, messages_sent_total = 0');
    const [{ email, created } = {}] = await app.sql(
      `select email, created_at as created from auth.users where id = $1`,
      [admin],
    );
    made.users.push({ id: admin, plan: 'free', created: created as string, email: email as string, name: 'Somebody' });

    const plans = ['free', 'pro', 'expired', 'none', 'free', 'free', 'pro', 'free', 'free', 'free', 'expired'] as const;
    for (const [index, plan] of plans.entries()) {
      const person = {
        plan,
        created: `2021-0${1 + Math.floor(index / 3)}-01`,
        email: `user${index}@example.${index % 2 ? 'org' : 'com'}`,
        name: index === 4 ? '100%_Ærlig' : `Name ${index}`,
      };
      const id = await app.user(undefined, { email: person.email, name: person.name, created_at: person.created });
      made.users.push({ id, ...person });
      if (plan === 'pro' || plan === 'expired')
        await app.sql(
          `update public.user_usage set plan_id = (select id from public.plans where code = 'pro'), plan_started_at = now() - interval '2 years',
             plan_expires_at = now() + $2::int * interval '1 day' where user_id = $1`,
          [id, plan === 'pro' ? 5 : -5],
        );
      if (plan === 'none') await app.sql('delete from public.user_usage where user_id = $1', [id]);

      for (const ago of [0, 1, 6, 7, 29, 30]) {
        const messages = plan === 'none' ? 0 : (index * 11 + ago * 5) % 23;
        if ((index + ago) % 3 === 0 || messages === 0) continue;
        made.days.push({ user: id, ago, messages });
        await app.sql(
          `insert into public.usage_daily (user_id, day, messages_sent) values ($1, (now() at time zone 'UTC')::date - $2::int, $3)`,
          [id, ago, messages],
        );
      }
      // A day on which somebody only followed is not one on which they asked.
      await app.sql(
        `insert into public.usage_daily (user_id, day, creators_added) values ($1, (now() at time zone 'UTC')::date - 2, 1)`,
        [id],
      );
      await app.sql(
        `update public.user_usage set messages_sent_today = $2, messages_sent_total = $3 where user_id = $1`,
        [id, todayOf(id), sum(made.days.filter((day) => day.user === id).map((day) => day.messages))],
      );
    }

    const statuses = ['completed', 'completed', 'processing', 'failed', 'no_captions', 'completed'];
    for (const [index, status] of statuses.entries()) {
      const id = await app.channel({ channel_name: `Channel ${index}`, ingestion_status: status });
      const channel = {
        id,
        status,
        pending: index % 3,
        processing: index === 1 ? 2 : 0,
        failed: index === 2 ? 1 : 0,
        completed: 1,
        waiting: 10 - index,
      };
      if (index === 5) channel.pending = 0;
      made.channels.push(channel);
      for (const state of ['pending', 'processing', 'failed', 'completed'] as const) {
        for (let number = 0; number < channel[state]; number++) {
          const transcript = await app.transcript(id, {
            extraction_status: state,
            created_at: new Date(Date.now() - (channel.waiting - number) * 3_600_000).toISOString(),
          });
          if (state !== 'completed') continue;
          const chunks = Array.from({ length: index + 1 }, (_, chunk) => ({
            text: 'x',
            ...(chunk % 2 ? { embedding: Array(1536).fill(0.1) } : {}),
          }));
          await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [
            transcript,
            JSON.stringify(chunks),
          ]);
          made.chunks += chunks.length;
          made.embedded += chunks.filter((chunk) => 'embedding' in chunk).length;
        }
      }
      for (const [place, { id: user }] of made.users.entries()) {
        if ((place + index) % 4 === 0 && made.follows.filter((follow) => follow.user === user).length < 2) {
          made.follows.push({ user, channel: id });
          await app.sql('insert into public.user_creators (user_id, channel_id) values ($1, $2)', [user, id]);
        }
        if ((place * index) % 5 !== 1) continue;
        const hoursAgo = place % 3 === 0 ? null : place * 30 + index;
        made.chats.push({ user, channel: id, hoursAgo });
        await app.sql(
          `insert into public.chat_sessions (user_id, channel_id, last_message_at) values ($1, $2, now() - $3::int * interval '1 hour')`,
          [user, id, hoursAgo],
        );
      }
    }

    for (let index = 0; index < 24; index++) {
      const error = {
        name: ['chat', 'ingest', 'voice'][index % 3] as string,
        severity: ['error', 'warning'][index % 2] as string,
        code: index % 4 === 0 ? null : 'E1',
        hoursAgo: index * 10 + 1,
        user: index % 5 ? admin : null,
      };
      made.errors.push(error);
      await app.sql(
        `insert into public.error_logs (function_name, severity, error_code, message, user_id, created_at) values ($1, $2, $3, 'm', $4, now() - $5::int * interval '1 hour')`,
        [error.name, error.severity, error.code, error.user, error.hoursAgo],
      );
    }
  });

  afterAll(() => goOn());

  test('admin_overview counts it', async () => {
    const within = (days: number) => made.days.filter((day) => day.ago < days);
    const limitOf = (plan: string) => (plan === 'pro' ? 500 : 18);
    const active = made.chats.filter((chat) => chat.hoursAgo !== null && chat.hoursAgo < 7 * 24);
    expect(await ask('admin_overview()')).toEqual([
      {
        users: `${made.users.length}`,
        active_users_today: `${within(1).length}`,
        active_users_7_days: `${new Set(within(7).map((day) => day.user)).size}`,
        messages_today: `${sum(within(1).map((day) => day.messages))}`,
        messages_7_days: `${sum(within(7).map((day) => day.messages))}`,
        messages_30_days: `${sum(within(30).map((day) => day.messages))}`,
        channels: `${made.channels.length}`,
        active_channels: `${new Set(active.map((chat) => chat.channel)).size}`,
        videos: (await app.sql('select count(*) from public.videos'))[0]?.count,
        chunks: `${made.chunks}`,
        embedded_chunks: `${made.embedded}`,
        users_at_limit: `${made.users.filter(({ id, plan }) => todayOf(id) >= limitOf(plan)).length}`,
        average_messages_per_user: (sum(made.days.map((day) => day.messages)) / made.users.length).toFixed(2),
      },
    ]);
    expect(made.users.some(({ id, plan }) => todayOf(id) >= limitOf(plan))).toBe(true);
  });

  test('admin_daily_messages has every day, also those on which nothing happened', async () => {
    const rows = await ask('admin_daily_messages(31)');
    expect(rows).toHaveLength(31);
    const [{ today } = {}] = await app.sql(`select ((now() at time zone 'UTC')::date)::text as today`);
    expect(rows.at(-1)?.day).toBe(today);
    for (const [index, row] of rows.entries()) {
      const days = made.days.filter((day) => day.ago === 30 - index);
      expect(row).toMatchObject({
        messages_sent: `${sum(days.map((day) => day.messages))}`,
        active_users: `${days.length}`,
      });
    }
    expect(await ask('admin_daily_messages(0)')).toHaveLength(1);
    expect(await ask('admin_daily_messages(100000)')).toHaveLength(366);
  });

  test('admin_plan_distribution counts the plan in force', async () => {
    const pro = made.users.filter(({ plan }) => plan === 'pro').length;
    const percent = (users: number) => ((100 * users) / made.users.length).toFixed(1);
    const free = made.users.length - pro;
    expect(await ask('admin_plan_distribution()')).toEqual([
      { plan_code: 'free', users: `${free}`, percent: percent(free) },
      { plan_code: 'pro', users: `${pro}`, percent: percent(pro) },
    ]);
  });

  test('admin_top_channels ranks channels by the people who talk with them', async () => {
    const expected = made.channels
      .map(({ id }) => {
        const chats = made.chats.filter((chat) => chat.channel === id && chat.hoursAgo !== null);
        return {
          channel_id: id,
          chatters: `${chats.length}`,
          chatters_7_days: `${chats.filter((chat) => (chat.hoursAgo as number) < 7 * 24).length}`,
          followers: `${made.follows.filter((follow) => follow.channel === id).length}`,
        };
      })
      .sort(
        (a, b) =>
          Number(b.chatters) - Number(a.chatters) ||
          Number(b.followers) - Number(a.followers) ||
          (a.channel_id < b.channel_id ? -1 : 1),
      );
    expect(await ask('admin_top_channels(100)')).toMatchObject(expected);
    expect(await ask('admin_top_channels(2)')).toMatchObject(expected.slice(0, 2));
  });

  test.each([null, 'warning'])(
    'admin_recent_errors pages through all, newest first; of severity %s',
    async (severity) => {
      const seen: Row[] = [];
      for (let last: Row | undefined; ; last = seen.at(-1)) {
        const page = await ask('admin_recent_errors(7, $1, $2, $3)', [
          severity,
          last?.created_at ?? null,
          last?.id ?? null,
        ]);
        seen.push(...page);
        if (page.length < 7) break;
      }
      const expected = made.errors.filter((error) => severity === null || error.severity === severity);
      expect(seen.length).toBeGreaterThan(7);
      expect(seen.map((row) => [row.function_name, row.severity, row.error_code, row.user_id])).toEqual(
        expected.map((error) => [error.name, error.severity, error.code, error.user]),
      );
    },
  );

  test('admin_error_summary sums them up', async () => {
    const recent = made.errors.filter((error) => error.hoursAgo < 7 * 24);
    const groups = Object.groupBy(recent, (error) => `${error.name} ${error.severity} ${error.code}`);
    const rows = await ask('admin_error_summary()');
    expect(
      Object.fromEntries(
        rows.map((row) => [`${row.function_name} ${row.severity} ${row.error_code}`, [row.errors, row.users]]),
      ),
    ).toEqual(
      Object.fromEntries(
        Object.entries(groups).map(([key, errors = []]) => [
          key,
          [`${errors.length}`, errors.some((error) => error.user) ? '1' : '0'],
        ]),
      ),
    );
    const counts = rows.map((row) => Number(row.errors));
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('admin_users pages through all, latest sign-up first, each once', async () => {
    const seen: Row[] = [];
    for (let last: Row | undefined; ; last = seen.at(-1)) {
      const page = await ask('admin_users(null, 4, $1, $2)', [last?.created_at ?? null, last?.user_id ?? null]);
      seen.push(...page);
      if (page.length < 4) break;
    }
    expect(seen.map((row) => row.user_id).toSorted()).toEqual(made.users.map(({ id }) => id).toSorted());
    const created = seen.map((row) => row.created_at as string);
    expect(created).toEqual(created.toSorted().toReversed());
    for (const row of seen) {
      const user = made.users.find(({ id }) => id === row.user_id) as (typeof made.users)[0];
      const asked = made.days.filter((day) => day.user === user.id);
      expect(row).toMatchObject({
        email: user.email,
        display_name: user.name,
        roles: user.id === admin ? expect.stringContaining('admin') : '{user}',
        plan_code: user.plan === 'pro' ? 'pro' : 'free',
        messages_sent_today: todayOf(user.id),
        messages_sent_total: `${sum(asked.map((day) => day.messages))}`,
        creators_added:
          user.plan === 'none' ? expect.any(Number) : made.follows.filter((follow) => follow.user === user.id).length,
      });
      expect(row.last_active_day === null).toBe(asked.length === 0);
    }
  });

  test.each([
    ['USER3@', 1],
    ['name 1', 2],
    ['.org', 5],
    ['100%_', 1],
    ['100__', 0],
    ['%', 1],
    ['ærlig', 1],
    ['', 12],
  ])('admin_users finds %j', async (search, count) => {
    expect(await ask('admin_users($1)', [search])).toHaveLength(count);
  });

  test('admin_users finds an id', async () => {
    expect(await ask('admin_users($1)', [admin.toUpperCase()])).toMatchObject([{ user_id: admin }]);
  });

  test('admin_ingestion_queue shows what is not done, longest waiting first', async () => {
    const expected = made.channels
      .filter(
        (channel) =>
          !['completed', 'no_captions'].includes(channel.status) ||
          channel.pending + channel.processing + channel.failed > 0,
      )
      .sort((a, b) => Number(b.pending > 0) - Number(a.pending > 0) || b.waiting - a.waiting)
      .map((channel) => ({
        channel_id: channel.id,
        ingestion_status: channel.status,
        followers: `${made.follows.filter((follow) => follow.channel === channel.id).length}`,
        transcripts_pending: `${channel.pending}`,
        transcripts_processing: `${channel.processing}`,
        transcripts_failed: `${channel.failed}`,
      }));
    expect(await ask('admin_ingestion_queue()')).toMatchObject(expected);
    expect(expected).toHaveLength(4);
  });
});
