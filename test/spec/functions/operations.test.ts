import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { onRealServer } from '../../support/databases.ts';
import { type App, freshApp, type Row, together } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
});
// States of requests are written directly.
afterAll(() => app?.dropChanged());

const acquire = 'select public.acquire_operation_lock($1, $2, 600)::int as token';
const renew = 'select public.renew_operation_lock($1, $2) as done';
const release = 'select public.release_operation_lock($1, $2) as done';
const expire = `update public.operation_locks set acquired_at = now() - interval '2 hours', expires_at = now() - interval '1 second' where lock_key = $1`;
const value = async <T>(rows: Promise<Row[]>, column: string): Promise<T> => (await rows)[0]?.[column] as T;

describe('operation locks', () => {
  const take = (key: string) => value<number | null>(app.as('service', acquire, [key, 'ingest']), 'token');
  const done = (text: string, key: string, token: number | null) =>
    value<boolean>(app.as('service', text, [key, token]), 'done');

  test('one holds a lock until it is released', async () => {
    const token = await take('a');
    expect(token).toBeGreaterThan(0);
    expect(await take('a')).toBeNull();
    expect(await done(renew, 'a', token)).toBe(true);
    expect(await done(release, 'a', token)).toBe(true);
    expect(await take('a')).toBeGreaterThan(token as number);
  });

  test('only the token that holds a lock renews and releases it', async () => {
    const token = (await take('b')) as number;
    for (const other of [token - 1, token + 1, null]) {
      expect(await done(renew, 'b', other)).toBe(false);
      expect(await done(release, 'b', other)).toBe(false);
    }
    expect(await done(release, 'another key', token)).toBe(false);
    expect(await take('b')).toBeNull();
  });

  test('an expired lock is neither renewed nor released, but taken over', async () => {
    const token = (await take('c')) as number;
    await app.sql(expire, ['c']);
    expect([await done(renew, 'c', token), await done(release, 'c', token)]).toEqual([false, false]);
    const next = (await take('c')) as number;
    expect(next).toBeGreaterThan(token);
    expect([await done(renew, 'c', token), await done(release, 'c', token)]).toEqual([false, false]);
    expect(await done(renew, 'c', next)).toBe(true);
  });

  test('it says who holds it, for what, since when and how long', async () => {
    const user = await app.user();
    await app.as('service', `select public.acquire_operation_lock('d', 'ingest', 60, $1, '{"step": 1}')`, [user]);
    expect(
      await app.sql(
        `select user_id, operation_type, metadata, (expires_at - acquired_at)::text as ttl,
                acquired_at between now() - interval '1 minute' and clock_timestamp() as recent
         from public.operation_locks where lock_key = 'd'`,
      ),
    ).toEqual([
      {
        user_id: user,
        operation_type: 'ingest',
        metadata: { step: 1 },
        ttl: expect.stringMatching(/^00:01:00/),
        recent: true,
      },
    ]);
  });

  test.each([
    [null, 'ingest', 60],
    [' ', 'ingest', 60],
    ['e', null, 60],
    ['e', 'ingest', 0],
    ['e', 'ingest', 86_401],
  ])('a lock of %j for %j and %j seconds is refused', async (...values) => {
    const text = 'select public.acquire_operation_lock($1, $2, $3)';
    expect(await app.failure('service', text, values)).toMatchObject({ code: 'PT400', error: 'invalid_lock' });
  });

  test('users and the signed-out take no locks', async () => {
    for (const caller of ['anon', { user: await app.user('admin') }] as const) {
      expect(await app.failure(caller, acquire, ['f', 'ingest'])).toMatchObject({ code: '42501' });
      for (const text of [renew, release])
        expect(await app.failure(caller, text, ['f', 1])).toMatchObject({ code: '42501' });
    }
  });

  onRealServer('of 32 who want an expired lock at once exactly one gets it', async () => {
    await take('g');
    await app.sql(expire, ['g']);
    const tokens = await together(
      app,
      32,
      'service',
      async (session) => (await session.query(acquire, ['g', 'x'])).rows[0].token,
    );
    expect(tokens.filter((token) => token !== null)).toHaveLength(1);
  });

  onRealServer('one holder at a time through 10,000 steps, with expired locks and killed holders', async () => {
    // Who holds what, as the holders know it: one forgets its lock before it lets it go.
    const held = new Map<string, number>();
    const last = new Map<string, number>();
    const stale: { key: string; token: number }[] = [];
    const faults: string[] = [];
    const seen = { taken: 0, busy: 0, expired: 0, killed: 0, refused: 0 };
    const random = numbers(7);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

    const get = async (session: pg.Client, key: string): Promise<void> => {
      const { token } = (await call(session, acquire, [key, 'x'])) as { token: number | null };
      if (token === null) {
        seen.busy++;
        return;
      }
      seen.taken++;
      if (held.has(key)) faults.push(`${key} is held by ${held.get(key)} and ${token}`);
      if (token <= (last.get(key) ?? 0)) faults.push(`${key} has ${token} after ${last.get(key)}`);
      held.set(key, token);
      last.set(key, token);
    };
    let steps = 10_000;
    const call = async (session: pg.Client, text: string, values: unknown[]): Promise<Row> => {
      steps--;
      return (await session.query(text, values)).rows[0] as Row;
    };
    const work = async (session: pg.Client): Promise<void> => {
      while (steps > 0) {
        const key = pick(['p', 'q', 'r', 's']);
        const dice = random();
        const token = held.get(key);
        if (dice < 0.005) {
          // Killed before it has committed: what it took was never taken.
          const [doomed] = await app.sessions(1, 'service');
          await doomed?.query('begin').then(() => doomed.query(acquire, [key, 'x']));
          await doomed
            ?.query('reset role')
            .then(() => doomed.query('select pg_terminate_backend(pg_backend_pid())'))
            .catch(() => seen.killed++);
        } else if (dice < 0.15 && stale.length > 0) {
          const old = pick(stale);
          const { done } = await call(session, pick([renew, release]), [old.key, old.token]);
          if (done) faults.push(`${old.key}: ${old.token} is stale`);
          seen.refused++;
        } else if (token === undefined || dice < 0.4) {
          await get(session, key);
        } else if (dice < 0.6) {
          const { done } = await call(session, renew, [key, token]);
          if (!done && held.get(key) === token) faults.push(`${key}: ${token} holds it, and could not renew it`);
        } else if (dice < 0.8) {
          held.delete(key);
          const { done } = await call(session, release, [key, token]);
          if (!done) faults.push(`${key}: ${token} holds it, and could not release it`);
        } else {
          held.delete(key);
          await call(session, `${expire} and fencing_token = $2`, [key, token]);
          stale.push({ key, token });
          seen.expired++;
        }
      }
    };
    await together(app, 8, 'service', work);

    expect(faults).toEqual([]);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  onRealServer('the lock of a holder that was killed is held until it expires, and then taken over', async () => {
    const [holder, other] = (await app.sessions(2, 'service')) as [pg.Client, pg.Client];
    const token = (await holder.query(acquire, ['h', 'x'])).rows[0].token as number;
    await app.sql('select pg_terminate_backend($1)', [(holder as unknown as { processID: number }).processID]);
    expect((await other.query(acquire, ['h', 'x'])).rows[0].token).toBeNull();
    await app.sql(expire, ['h']);
    expect((await other.query(acquire, ['h', 'x'])).rows[0].token).toBeGreaterThan(token);
    await Promise.all([holder, other].map((session) => session.end().catch(() => {})));
  });
});

describe('requests', () => {
  const begin = 'select * from public.begin_request($1, $2, $3, $4)';
  const complete = 'select public.complete_request($1, $2) as done';
  const fail = 'select public.fail_request($1) as done';
  const start = async (key: string, user: string | null = null, hash = 'h') =>
    (await app.as('service', begin, [key, 'ingest', hash, user]))[0] as Row;
  const lapse = `update public.request_idempotency set locked_until = now() - interval '1 second' where idempotency_key = $1`;

  test('is started once, in progress then, and replayed when it is complete', async () => {
    const { outcome, request_id, response, locked_until } = await start('a');
    expect({ outcome, response }).toEqual({ outcome: 'started', response: null });
    expect(await start('a')).toEqual({ outcome: 'in_progress', request_id: null, response: null, locked_until });
    expect(await app.as('service', complete, [request_id, { answer: 42 }])).toEqual([{ done: true }]);
    expect(await start('a')).toEqual({
      outcome: 'replay',
      request_id: null,
      response: { answer: 42 },
      locked_until: null,
    });
    expect(await app.as('service', complete, [request_id, { answer: 43 }])).toEqual([{ done: false }]);
    expect(await start('a')).toMatchObject({ response: { answer: 42 } });
  });

  test('another request under the same key is a mismatch, whatever became of the first', async () => {
    const { request_id } = await start('b');
    expect(await start('b', null, 'other')).toEqual({
      outcome: 'mismatch',
      request_id: null,
      response: null,
      locked_until: null,
    });
    await app.sql(lapse, ['b']);
    expect(await start('b', null, 'other')).toMatchObject({ outcome: 'mismatch' });
    await app.as('service', fail, [request_id]);
    expect(await start('b', null, 'other')).toMatchObject({ outcome: 'mismatch' });
  });

  test('one that failed may be started again', async () => {
    const { request_id } = await start('c');
    expect(await app.as('service', fail, [request_id])).toEqual([{ done: true }]);
    expect(await app.as('service', fail, [request_id])).toEqual([{ done: false }]);
    expect(await start('c')).toMatchObject({ outcome: 'started' });
  });

  test('one whose lease ran out is taken over, and the slow one can no longer complete it', async () => {
    const { request_id: slow } = await start('d');
    await app.sql(lapse, ['d']);
    const { outcome, request_id: fast } = await start('d');
    expect(outcome).toBe('started');
    expect(await app.as('service', complete, [slow, '"slow"'])).toEqual([{ done: false }]);
    expect(await app.as('service', fail, [slow])).toEqual([{ done: false }]);
    expect(await app.as('service', complete, [fast, '"fast"'])).toEqual([{ done: true }]);
    expect(await start('d')).toMatchObject({ outcome: 'replay', response: 'fast' });
  });

  test.each([
    ['in progress without a lease', `locked_until = null`],
    ['completed with a lease', `status = 'completed'`],
    ['failed with a lease', `status = 'failed'`],
  ])('one %s cannot be', async (_, set) => {
    await start('lease');
    await expect(
      app.sql(`update public.request_idempotency set ${set} where idempotency_key = 'lease'`),
    ).rejects.toMatchObject({ code: '23514', constraint: 'request_idempotency_status_locked_until_check' });
  });

  test('one that has expired is forgotten, whatever it was', async () => {
    const { request_id } = await start('e');
    await app.as('service', complete, [request_id, '1']);
    await app.sql(`update public.request_idempotency set expires_at = now() where idempotency_key = 'e'`);
    expect(await start('e', null, 'other')).toMatchObject({ outcome: 'started' });
  });

  test("keys are per user: nobody learns of another's", async () => {
    const [user, other] = [await app.user(), await app.user()];
    const mine = await start('f', user);
    await app.as('service', complete, [mine.request_id, '"secret"']);
    for (const [whose, response] of [
      [other, 'theirs'],
      [null, 'of nobody'],
    ] as const) {
      const { outcome, request_id } = await start('f', whose);
      expect(outcome).toBe('started');
      await app.as('service', complete, [request_id, JSON.stringify(response)]);
    }
    expect([await start('f', user), await start('f', other), await start('f', null)]).toMatchObject([
      { outcome: 'replay', response: 'secret' },
      { outcome: 'replay', response: 'theirs' },
      { outcome: 'replay', response: 'of nobody' },
    ]);
    const own = 'select outcome from public.begin_request($1, $2, $3)';
    // What the service did for them under that key is another request.
    expect(await app.as({ user }, own, ['f', 'ingest', 'h'])).toEqual([{ outcome: 'started' }]);
    const third = await app.user();
    expect(await app.as({ user: third }, own, ['f', 'ingest', 'h'])).toEqual([{ outcome: 'started' }]);
    expect(await app.failure({ user: third }, begin, ['f', 'ingest', 'h', user])).toMatchObject({
      code: '42501',
      error: 'not_yourself',
    });
    expect(await app.failure({ user: third }, begin, ['f', 'ingest', 'h', null])).toMatchObject({
      code: '42501',
      error: 'not_yourself',
    });
    expect(await app.failure('anon', begin, ['f', 'ingest', 'h', null])).toMatchObject({ code: '42501' });
  });

  test("nobody completes or fails another's request", async () => {
    const [user, other] = [await app.user(), await app.user('admin')];
    const [{ request_id } = {}] = await app.as({ user }, 'select * from public.begin_request($1, $2, $3)', [
      'g',
      'ingest',
      'h',
    ]);
    expect(await app.as('service', complete, [request_id, '1'])).toEqual([{ done: false }]);
    expect(await app.as({ user: other }, complete, [request_id, '1'])).toEqual([{ done: false }]);
    expect(await app.as({ user: other }, fail, [request_id])).toEqual([{ done: false }]);
    expect(await app.as({ user }, complete, [request_id, '1'])).toEqual([{ done: true }]);
  });

  test.each([
    ['', 'ingest', 'h', 60, 60],
    ['k'.repeat(256), 'ingest', 'h', 60, 60],
    ['k', null, 'h', 60, 60],
    ['k', 'ingest', null, 60, 60],
    ['k', 'ingest', 'h', 0, 60],
    ['k', 'ingest', 'h', 60, 59],
    ['k', 'ingest', 'h', 60, 604_801],
  ])('refuses what is no request (%#)', async (key, operation, hash, lease, ttl) => {
    const text = 'select public.begin_request($1, $2, $3, null, $4, $5)';
    expect(await app.failure('service', text, [key, operation, hash, lease, ttl])).toMatchObject({
      code: 'PT400',
      error: 'invalid_request',
    });
  });

  onRealServer('of 64 at once exactly one is started, and all get its response, byte for byte', async () => {
    const user = await app.user();
    const one = 'select outcome, request_id, response::text as response from public.begin_request($1, $2, $3, $4)';
    const begins = () =>
      together(
        app,
        64,
        'service',
        async (session) => (await session.query(one, ['race', 'ingest', 'h', user])).rows[0] as Row,
      );
    const first = await begins();
    const started = first.filter(({ outcome }) => outcome === 'started');
    expect(started).toHaveLength(1);
    expect(first.filter(({ outcome }) => outcome === 'in_progress')).toHaveLength(63);

    const response = {
      text: 'naïve “quotes” ☃ 你好 \\ \n',
      numbers: [1, 1.5, -0, 1e21],
      nothing: null,
      nested: { b: 1, a: [] },
    };
    await app.as('service', complete, [started[0]?.request_id, response]);
    const replays = await begins();
    expect(new Set(replays.map(({ outcome }) => outcome))).toEqual(new Set(['replay']));
    expect(new Set(replays.map((row) => row.response)).size).toBe(1);
    expect(JSON.parse(replays[0]?.response as string)).toEqual(JSON.parse(JSON.stringify(response)));
  });

  onRealServer('of 32 who find a lapsed lease at once exactly one takes over', async () => {
    await start('lapsed');
    await app.sql(lapse, ['lapsed']);
    const outcomes = await together(
      app,
      32,
      'service',
      async (session) => (await session.query(begin, ['lapsed', 'ingest', 'h', null])).rows[0].outcome,
    );
    expect(outcomes.filter((outcome) => outcome === 'started')).toHaveLength(1);
  });
});

describe('monitoring', () => {
  test('log_error writes what it is told, also of a user who is gone', async () => {
    const user = await app.user();
    const text = `select public.log_error('chat', 'It broke.', p_severity => 'critical', p_error_code => 'E1', p_stack => 'at a', p_details => '{"a": 1}', p_request_id => 'r1', p_user_id => $1) as id`;
    for (const [who, kept] of [
      [user, user],
      ['00000000-0000-4000-8000-000000000bad', null],
    ]) {
      const [{ id } = {}] = await app.as('service', text, [who]);
      expect(await app.sql('select * from public.error_logs where id = $1', [id])).toMatchObject([
        {
          function_name: 'chat',
          message: 'It broke.',
          severity: 'critical',
          error_code: 'E1',
          stack: 'at a',
          details: { a: 1 },
          request_id: 'r1',
          user_id: kept,
        },
      ]);
    }
    expect(await app.as('service', 'select public.log_error(null, null) is not null as logged')).toEqual([
      { logged: true },
    ]);
    expect(await app.failure({ user }, text, [user])).toMatchObject({ code: '42501' });
  });

  test('purge_expired deletes what has expired, and nothing else', async () => {
    await app.sql(
      'truncate public.operation_locks, public.request_idempotency, public.public_chat_limits, public.error_logs',
    );
    const channel = await app.channel();
    await app.sql(`
      insert into public.operation_locks (lock_key, operation_type, acquired_at, expires_at) values
        ('live', 'x', now(), now() + interval '1 minute'), ('dead', 'x', now() - interval '2 minutes', now() - interval '1 minute');
      insert into public.request_idempotency (idempotency_key, operation_type, request_hash, status, locked_until, expires_at) values
        ('live', 'x', 'h', 'completed', null, now() + interval '1 minute'),
        ('busy', 'x', 'h', 'in_progress', now() + interval '1 minute', now()),
        ('stuck', 'x', 'h', 'in_progress', now(), now()), ('dead', 'x', 'h', 'completed', null, now());
      insert into public.public_chat_limits (channel_id, identifier, usage_date) values
        ('${channel}', 'live', (now() at time zone 'UTC')::date), ('${channel}', 'dead', (now() at time zone 'UTC')::date - 1);
      insert into public.error_logs (function_name, message, created_at) values
        ('live', '', now() - interval '29 days'), ('dead', '', now() - interval '31 days'), ('dead', '', now() - interval '1 year');`);
    expect(await app.as('service', 'select * from public.purge_expired()')).toEqual([
      { operation_locks: '1', requests: '2', public_chat_limits: '1', error_logs: '2' },
    ]);
    expect(
      await app.sql(`
      select lock_key as left from public.operation_locks union all select idempotency_key from public.request_idempotency
      union all select identifier from public.public_chat_limits union all select function_name from public.error_logs order by 1`),
    ).toEqual(['busy', 'live', 'live', 'live', 'live'].map((left) => ({ left })));
    expect(await app.as('service', 'select error_logs from public.purge_expired(1)')).toEqual([{ error_logs: '1' }]);
  });

  test("purge_expired keeps at least a day of errors, and is the service's", async () => {
    for (const days of [0, null])
      expect(await app.failure('service', 'select public.purge_expired($1)', [days])).toMatchObject({
        code: 'PT400',
        error: 'invalid_days',
      });
    expect(await app.failure({ user: await app.user('admin') }, 'select public.purge_expired()')).toMatchObject({
      code: '42501',
    });
  });
});

/** Numbers from 0 to 1, the same with every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
