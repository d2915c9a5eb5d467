// The example server answers each caller as the database does, and refuses what asks for too much before it is run.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { HOSTILE } from '../../examples/graphql-server/src/hostile.ts';
import { LIMITS } from '../../examples/graphql-server/src/limits.ts';
import { rowsAsked } from '../../examples/graphql-server/src/rows.ts';
import { graphqlServer } from '../../examples/graphql-server/src/server.ts';
import { tokenFor } from '../../examples/graphql-server/src/token.ts';
import { people } from '../../spec/people.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

const SECRET = 'a secret of a test, 32 characters or more';

let database: MigratedDatabase;
let running: Awaited<ReturnType<typeof graphqlServer>>;
let url: string;

beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
  running = await graphqlServer({ connectionString: database.url, secret: SECRET });
  running.server.listen(0, '127.0.0.1');
  await once(running.server, 'listening');
  url = `http://127.0.0.1:${(running.server.address() as AddressInfo).port}/graphql`;
});

afterAll(async () => {
  await running?.release();
  await database?.drop();
});

async function asked(query: string, token?: string, variables?: Record<string, unknown>) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text || '{}') };
}

test('a verified token decides who asks; without one it is anon, with a wrong one nobody', async () => {
  const query = '{ chatSessions(first: 5) { nodes { userId } } }';
  const owner = await asked(query, await tokenFor(people.owner, SECRET));
  expect(owner.body.data.chatSessions.nodes).toEqual([{ userId: people.owner }]);
  const stranger = await asked(query, await tokenFor(people.stranger, SECRET));
  expect(stranger.body.data.chatSessions.nodes).toEqual([]);
  expect((await asked(query)).text).toContain('Cannot query field');
  const wrong = [tokenFor(people.owner, `${SECRET}?`), tokenFor(people.owner, SECRET, 'service_role'), 'nonsense'];
  for (const token of wrong) expect((await asked(query, await token)).status).toBe(401);
});

test.each([
  ['depth', 400],
  ['aliases', 400],
  ['rows', 400],
  ['body', 413],
])('what asks for too much by its %s is refused, with the reason', async (name, status) => {
  const answer = await asked(HOSTILE[name] ?? '', await tokenFor(people.owner, SECRET));
  expect(answer.text).not.toContain('"rowId":');
  expect(answer.status).toBe(status);
});

test('variables and fragments hide no rows', async () => {
  const token = await tokenFor(people.owner, SECRET);
  const query =
    'query ($n: Int) { channels(first: $n) { nodes { ...deep } } } fragment deep on Channel { videos(first: $n) { nodes { rowId } } }';
  expect((await asked(query, token, { n: 10 })).body.errors).toBeUndefined();
  const { body } = await asked(query, token, { n: 50 });
  expect(body.errors[0].message).toBe(`It asks for up to 2550 rows; at most ${LIMITS.rows} rows are given at once.`);
});

test('rows are the product of pages within each other, and without a page there is no end of them', () => {
  const schema = buildSchema(
    'type Query { all(first: Int, last: Int): [Item] one: Item } type Item { all(first: Int): [Item] name: String }',
  );
  const rows = (text: string) => rowsAsked({ schema, document: parse(text) });
  expect(rows('{ one { name } }')).toBe(0);
  expect(rows('{ all(first: 3) { all(first: 4) { name } } one { all(first: 5) { name } } }')).toBe(3 + 12 + 5);
  expect(rows('{ all(last: 2) { name } ... on Query { all(first: 1) { name } } }')).toBe(3);
  expect(rows('{ one { all { name } } }')).toBe(Number.POSITIVE_INFINITY);
});
