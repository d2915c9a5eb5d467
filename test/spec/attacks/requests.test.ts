// A remembered request is answered by who began it: a user never speaks for the service, nor the service for a user.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, type Caller, freshApp } from '../functions/support.ts';

let app: App;
let victim: string;
let admin: Caller;
beforeAll(async () => {
  app = await freshApp();
  victim = await app.user();
  admin = { user: await app.user('admin') };
});
afterAll(() => app?.drop());

let keys = 0;
const key = (): string => `a request ${++keys}`;

async function begin(caller: Caller, name: string, hash = 'h') {
  const [begun] = await app.as(caller, `select * from public.begin_request($1, 'chat', $2, $3)`, [name, hash, victim]);
  return begun as { outcome: string; request_id: string; response: unknown };
}

const COMPLETE = 'select public.complete_request($1, $2) as done';
const FAIL = 'select public.fail_request($1) as done';
const FORGED = '{"answer": "forged"}';
const ANSWER = { answer: 'the service’s' };

describe('what the service began for a user', () => {
  test('is not completed or failed by the user, nor by an admin, who know its id, and is by the service', async () => {
    const { request_id } = await begin('service', key());
    for (const caller of [{ user: victim }, admin]) {
      expect(await app.as(caller, COMPLETE, [request_id, FORGED])).toEqual([{ done: false }]);
      expect(await app.as(caller, FAIL, [request_id])).toEqual([{ done: false }]);
    }
    expect(await app.as('service', COMPLETE, [request_id, ANSWER])).toEqual([{ done: true }]);
  });

  test('is not answered by a request that the user began, completed or failed under its key before', async () => {
    for (const end of [null, COMPLETE, FAIL]) {
      const name = key();
      const { request_id } = await begin({ user: victim }, name);
      if (end) await app.as({ user: victim }, end, end === FAIL ? [request_id] : [request_id, FORGED]);
      expect(await begin('service', name)).toMatchObject({ outcome: 'started', response: null });
    }
  });

  test('does not become a mismatch by a hash that the user gave its key', async () => {
    const name = key();
    await begin({ user: victim }, name, 'another hash');
    expect(await begin('service', name)).toMatchObject({ outcome: 'started' });
  });

  test('replays for the service alone: the user who asks under its key and hash begins a request of their own', async () => {
    const name = key();
    const { request_id } = await begin('service', name);
    await app.as('service', COMPLETE, [request_id, ANSWER]);
    expect(await begin('service', name)).toMatchObject({ outcome: 'replay', response: ANSWER });
    expect(await begin({ user: victim }, name)).toMatchObject({ outcome: 'started', response: null });
    expect(await begin('service', name)).toMatchObject({ outcome: 'replay', response: ANSWER });
  });
});

test('what a user began is theirs: the service does not complete it, and the user does', async () => {
  const name = key();
  const { request_id } = await begin({ user: victim }, name);
  expect(await app.as('service', COMPLETE, [request_id, ANSWER])).toEqual([{ done: false }]);
  expect(await app.as('service', FAIL, [request_id])).toEqual([{ done: false }]);
  expect(await app.as({ user: victim }, COMPLETE, [request_id, ANSWER])).toEqual([{ done: true }]);
  expect(await begin({ user: victim }, name)).toMatchObject({ outcome: 'replay', response: ANSWER });
});

test('a request of nobody’s is the service’s', async () => {
  const insert = `insert into public.request_idempotency (begun_by, operation_type, idempotency_key, request_hash, locked_until) values ('user', 'x', 'k', 'h', 'infinity')`;
  expect(await app.failure('service', insert)).toMatchObject({ code: '23514' });
});

test('an export names no request: neither its id, nor its key, nor its hash', async () => {
  const { request_id } = await begin('service', 'a key to keep', 'a hash to keep');
  const [row] = await app.as({ user: victim }, 'select public.export_my_data() as data');
  const exported = row?.data as { request_idempotency: Record<string, unknown>[] };
  expect(exported.request_idempotency.length).toBeGreaterThan(0);
  for (const request of exported.request_idempotency)
    expect(Object.keys(request)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(id|idempotency_key|request_hash)$/)]),
    );
  const text = JSON.stringify(exported);
  for (const secret of [request_id, 'a key to keep', 'a hash to keep']) expect(text).not.toContain(secret);
});

test('an admin sees that requests were answered, and no answer', async () => {
  const { request_id } = await begin('service', key());
  await app.as('service', COMPLETE, [request_id, ANSWER]);
  const status = 'select status::text from public.request_idempotency where id = $1';
  expect(await app.as(admin, status, [request_id])).toEqual([{ status: 'completed' }]);
  for (const read of [
    'select response from public.request_idempotency',
    'select * from public.request_idempotency',
    `select id from public.request_idempotency where response ->> 'answer' = 'x'`,
    'select to_jsonb(request) from public.request_idempotency request',
  ])
    expect(await app.failure(admin, read)).toMatchObject({ code: '42501' });
});
