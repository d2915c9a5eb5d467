// Over HTTP: each persona sees its own schema and rows, nothing is kept, and other sites are refused.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Asked, type Replied, type Served, send, served } from './served.ts';

let explorer: Served;
beforeAll(async () => {
  explorer = await served();
});
afterAll(() => explorer?.stop());

const ask = (asked: Asked): Promise<Replied> => send(explorer.url, asked);
const NOTES = '{ notes { nodes { title } } }';
const ADD = 'mutation { createNote(input: {note: {author: "me", title: "another"}}) { note { title } } }';

test('two personas of one role see different rows, and each answer says whose it is', async () => {
  expect(await explorer.answer('me', NOTES)).toEqual({
    data: { notes: { nodes: [{ title: 'my note' }] } },
    extensions: { persona: 'me' },
  });
  expect(await explorer.answer('you & <yours>', NOTES)).toEqual({
    data: { notes: { nodes: [{ title: 'your note' }] } },
    extensions: { persona: 'you & <yours>' },
  });
});

test('a persona of another role has another schema', async () => {
  const fields = '{ __schema { queryType { fields { name } } mutationType { name } } }';
  const named = JSON.stringify(await explorer.answer('visitor', fields));
  expect(named).toContain('"pages"');
  expect(named).not.toContain('"notes"');
  expect(named).toContain('"mutationType":null');
  expect(JSON.stringify(await explorer.answer('me', fields))).toContain('"notes"');
  expect(await ask({ persona: 'visitor', query: NOTES })).toMatchObject({
    status: 400,
    text: expect.stringContaining('Cannot query field \\"notes\\"'),
  });
});

test('the rows of the database are there with those of the world', async () => {
  const { data } = await explorer.answer('visitor', '{ pages { nodes { title } } }');
  expect(data).toEqual({ pages: { nodes: [{ title: 'kept in the database' }, { title: 'of the world' }] } });
});

test('a change shows in its answer and is gone afterwards, with what it took from sequences', async () => {
  const before = await explorer.database.client.query('select last_value, is_called from app.notes_id_seq');
  expect(await explorer.answer('me', ADD)).toMatchObject({ data: { createNote: { note: { title: 'another' } } } });
  expect(await explorer.answer('me', NOTES)).toMatchObject({ data: { notes: { nodes: [{ title: 'my note' }] } } });
  expect((await explorer.database.client.query('select from app.notes')).rowCount).toBe(0);
  const after = await explorer.database.client.query('select last_value, is_called from app.notes_id_seq');
  expect(after.rows).toEqual(before.rows);
});

test('a mutation that fails does not take the one before it along, and the error has what the server said', async () => {
  const mine = await explorer.answer('me', '{ notes { nodes { rowId } } }');
  const [, id] = /"rowId":(\d+)/.exec(JSON.stringify(mine)) ?? [];
  const update = (author: string) =>
    `updateNote(input: {rowId: ${id}, patch: {author: "${author}"}}) { note { author } }`;
  const answer = await explorer.answer('me', `mutation { a: ${update('me')} b: ${update('you')} }`);
  expect(answer.data).toEqual({ a: { note: { author: 'me' } }, b: null });
  expect(answer.errors).toEqual([
    { message: expect.stringContaining('row-level security'), path: ['b'], extensions: { code: '42501' } },
  ]);
});

test('a constraint that is checked at the end is an error here too', async () => {
  const answer = await explorer.answer('me', ADD.replace('another', 'my note'));
  expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: '23505' } }] });
});

test('the statements that were sent are in the answer, for whoever asks', async () => {
  const { text } = await ask({ query: NOTES, headers: { 'x-graphql-explain': 'sql' } });
  expect(JSON.parse(text).extensions.explain.operations).toEqual([
    { type: 'sql', title: 'Statement 1', query: expect.stringContaining('from "app"."notes"') },
  ]);
});

describe('refused, with a reason', () => {
  const own = 'http://127.0.0.1:1';
  for (const [title, asked, status] of [
    ['a name that somebody pointed to this machine', { headers: { host: 'evil.example' } }, 421],
    ['another port', { headers: { host: '127.0.0.1:1' } }, 421],
    ['a page of another origin', { headers: { origin: 'http://evil.example' } }, 403],
    ['a page of another port', { headers: { origin: own } }, 403],
    ['a sandboxed page', { headers: { origin: 'null' } }, 403],
    ['a page of another site that sends no Origin', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['a page of another port that sends no Origin', { headers: { 'sec-fetch-site': 'same-site' } }, 403],
    [
      'a frame in a page of another site',
      {
        method: 'GET',
        path: '/',
        headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      },
      403,
    ],
    ['a form', { headers: { 'content-type': 'text/plain' } }, 415],
    ['a form that names JSON', { headers: { 'content-type': 'text/plain; application/json' } }, 415],
    ['a GET', { method: 'GET', path: `/graphql?query=${encodeURIComponent(NOTES)}` }, 405],
    ['the question before a request of another origin', { method: 'OPTIONS' }, 405],
    ['an unknown persona', { persona: 'nobody' }, 400],
    ['no persona', { headers: { 'x-rolecall-persona': '' } }, 400],
    ['two personas', { headers: { 'x-rolecall-persona': 'me, visitor' } }, 400],
    ['what is no JSON', { body: '{' }, 400],
    ['several documents at once', { body: '[{"query":"{ __typename }"}]' }, 400],
    ['variables that are no object', { body: '{"query":"{ __typename }","variables":[1]}' }, 400],
    [
      'an operation that is not there',
      { body: '{"query":"query a { __typename } query b { __typename }","operationName":"c"}' },
      400,
    ],
    ['a subscription', { query: 'subscription { notes }' }, 400],
    ['a document of endless depth', { query: '{a'.repeat(9000) + '}'.repeat(9000) }, 400],
    ['a long body', { body: JSON.stringify({ query: ' '.repeat(300_000) }) }, 413],
    ['a file outside', { method: 'GET', path: '/ruru/../../package.json' }, 404],
    ['a file outside, in escapes', { method: 'GET', path: '/ruru/%2e%2e/package.json' }, 404],
    ['no address', { method: 'GET', path: 'http://[' }, 404],
  ] satisfies [string, Asked, number][]) {
    test(title, async () => {
      const replied = await ask(asked);
      const reason = expect.stringMatching(/^\{"errors":\[\{"message":"[^"]/);
      expect(replied).toMatchObject({ status, text: reason });
      expect(replied.headers).not.toHaveProperty('access-control-allow-origin');
      expect(explorer.reported).toEqual([]);
    });
  }
});

test('the page names the personas, escaped, nothing of another host, and not where the database is', async () => {
  const { status, text, headers } = await ask({ method: 'GET', path: '/' });
  expect(status).toBe(200);
  expect(text).toContain('<option value="you &#38; &#60;yours&#62;">');
  expect(text).not.toMatch(/(src|href)="(https?:|\/\/)/);
  expect(text).not.toContain('postgres://');
  expect(text).toContain('No change is kept.');
  expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
});

test('a link from anywhere opens the page', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect(await ask({ method: 'GET', path: '/?as=visitor', headers })).toMatchObject({ status: 200 });
});

test('loading the page again shows the schema as it is now', async () => {
  await explorer.answer('visitor', '{ __typename }');
  await explorer.database.client.query('alter table app.pages add body text');
  const query = '{ pages { nodes { body } } }';
  expect(await ask({ persona: 'visitor', query })).toMatchObject({ status: 400 });
  await ask({ method: 'GET', path: '/' });
  expect(await ask({ persona: 'visitor', query })).toMatchObject({ status: 200 });
});

test('--keep: changes stay, and the rows of the world are not there', async () => {
  const keeping = await served({ keeps: true });
  try {
    expect((await send(keeping.url, { method: 'GET', path: '/' })).text).toContain('Changes are kept');
    expect(await keeping.answer('me', NOTES)).toMatchObject({ data: { notes: { nodes: [] } } });
    await keeping.answer('me', ADD);
    expect(await keeping.answer('me', NOTES)).toMatchObject({ data: { notes: { nodes: [{ title: 'another' }] } } });
    expect(await keeping.answer('me', ADD)).toMatchObject({ data: null, errors: [{ extensions: { code: '23505' } }] });
    expect((await keeping.database.client.query('select from app.notes')).rowCount).toBe(1);
  } finally {
    await keeping.stop();
  }
});

test('a database that is gone is said in the terminal, and the page learns only that', async () => {
  const lost = await served();
  await lost.database.drop();
  const { status, text } = await send(lost.url, { query: NOTES });
  expect(status).toBe(503);
  expect(text).not.toMatch(/postgres:|test_/);
  expect(lost.reported).toHaveLength(1);
  await lost.stop().catch(() => {});
});
