import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase, serverUrl } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';
import { type Running, runRolecall } from '../support/project.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database?.drop());

const serve = (args: readonly string[], env: Record<string, string> = {}): Running =>
  runRolecall(process.cwd(), ['serve', ...args], { DATABASE_URL: database.url, ROOT_DATABASE_URL: serverUrl, ...env });

async function ask(page: string, persona: string, query: string): Promise<unknown> {
  const response = await fetch(new URL('/graphql', page), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-rolecall-persona': persona },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

test('ChannelChat as each persona: its schema and its rows, until Ctrl-C', async () => {
  const running = serve(['--as', 'owner', '--port', '0']);
  const said = await running.until('Ctrl-C stops it.');
  const [page = ''] = /http:\/\/127\.0\.0\.1:\d+\/\?as=owner/.exec(said) ?? [];
  expect(said).toContain('Each request is rolled back');
  expect(said).not.toContain('postgres://postgres:');
  const sessions = '{ chatSessions { totalCount } }';
  expect(await ask(page, 'owner', sessions)).toMatchObject({ data: { chatSessions: { totalCount: 1 } } });
  expect(await ask(page, 'stranger', sessions)).toMatchObject({ data: { chatSessions: { totalCount: 0 } } });
  expect(await ask(page, 'anon', sessions)).toEqual({
    errors: [{ message: 'Cannot query field "chatSessions" on type "Query".' }],
  });
  const { rows } = await database.client.query('select count(*)::int as kept from public.chat_sessions');
  expect(rows).toEqual([{ kept: 0 }]);

  const { port } = new URL(page);
  const second = await serve(['--port', port]).finished;
  expect(second).toEqual({
    code: 2,
    output: `rolecall: Port ${port} of 127.0.0.1 is in use. Stop what listens there, or name another with --port; --port 0 takes any free one.\n`,
  });
  running.interrupt();
  expect(await running.finished).toMatchObject({ code: 130 });
  const free = createServer().listen(Number(port), '127.0.0.1');
  await once(free, 'listening');
  free.close();
});

test.each([
  ['in the URL', { DATABASE_URL: 'postgres://me:secret@db.example.invalid/app' }],
  ['behind a loopback address', { DATABASE_URL: 'postgres://me:secret@localhost/app?host=db.example.invalid' }],
  ['by PGHOST', { DATABASE_URL: 'postgres:///app?password=secret', PGHOST: 'db.example.invalid' }],
])('a server on another machine is refused, %s', async (_, env) => {
  const { code, output } = await serve([], env).finished;
  expect(code).toBe(2);
  expect(output).toMatch(/^rolecall: DATABASE_URL .* on another machine: .* or add --remote if you mean it\.\n$/);
  expect(output).not.toContain('secret');
});

test('with --remote it is asked for', async () => {
  const remote = 'postgres://me:secret@db.example.invalid/app';
  const { code, output } = await serve(['--remote'], { DATABASE_URL: remote, ROOT_DATABASE_URL: remote }).finished;
  expect(code).toBe(2);
  expect(output).toMatch(/db\.example\.invalid/);
  expect(output).not.toMatch(/--remote|secret/);
});

test('a database that is not there is said with what to do, and one without tables with the rows that it lacks', async () => {
  const nowhere = await serve([], { DATABASE_URL: `${database.url}_nowhere` }).finished;
  expect(nowhere).toMatchObject({ code: 2, output: expect.stringContaining('does not exist. Create it with') });
  const empty = await freshDatabase();
  const running = serve(['--port', '0'], { DATABASE_URL: empty.url });
  const said = await running.until('Ctrl-C stops it.');
  expect(said).toMatch(/(\d+) of \1 rows of the world are missing.*There is no such table\. `npm run start` brings/);
  running.interrupt();
  await running.finished;
  await empty.drop();
});

test('an unknown persona, and what is no port, end before anything starts', async () => {
  const nobody = await serve(['--as', 'nobody']).finished;
  expect(nobody).toMatchObject({ code: 2 });
  expect(nobody.output).toContain('The personas are: anon, owner, stranger, moderator, admin, service.');
  for (const port of ['70000', 'x', '-1']) expect(await serve(['--port', port]).finished).toMatchObject({ code: 2 });
});
