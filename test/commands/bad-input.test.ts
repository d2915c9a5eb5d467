import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { type Finished, freshProject, type Project } from '../support/project.ts';
import { freshRole } from '../support/roles.ts';

let project: Project;
let fake: TestDatabase;
let refused: TestDatabase;

beforeAll(async () => {
  project = await freshProject();
  fake = await freshDatabase();
  refused = await freshDatabase();
});

afterAll(async () => {
  await project.remove();
  await fake.drop();
  await refused.drop();
});

/** One line on what is wrong and what to do, exit code 2. */
function expectOneLine({ code, output }: Finished, text: RegExp): void {
  expect({
    code,
    lines: output
      .trim()
      .split('\n')
      .filter((line) => !/^[❯✔✖]/.test(line)),
  }).toEqual({ code: 2, lines: [expect.stringMatching(text)] });
}

/** A connection on which the server's own names are shadowed by what `sql` makes in schema fake. */
async function shadowed(sql: string): Promise<Record<string, string>> {
  await fake.client.query(`drop schema if exists fake cascade; create schema fake; ${sql}`);
  const url = new URL(fake.url);
  url.searchParams.set('options', '-c search_path=fake,pg_catalog');
  return { DATABASE_URL: project.url, ROOT_DATABASE_URL: url.toString() };
}

test('a server that cannot be reached', async () => {
  const nowhere = { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/x', ROOT_DATABASE_URL: '' };
  const finished = await project.rolecall(['check'], nowhere);
  expectOneLine(
    finished,
    /No PostgreSQL server answers at postgres:\/\/me:\*\*\*@127\.0\.0\.1:1\/postgres\. Start it, or unset DATABASE_URL/,
  );
});

test('a DATABASE_URL that is none', async () => {
  expectOneLine(
    await project.rolecall(['check'], { DATABASE_URL: 'localhost/x', ROOT_DATABASE_URL: '' }),
    /DATABASE_URL must look like postgres:/,
  );
});

test('PostgreSQL 14', async () => {
  const env = await shadowed(
    "create function fake.current_setting(text) returns text language sql as $$ select case $1 when 'server_version_num' then '140012' else '14.12' end $$;",
  );
  expectOneLine(await project.rolecall(['check'], env), /is PostgreSQL 14\.12; 15 or later is needed/);
});

test('a server without pgvector', async () => {
  const env = await shadowed(
    'create view fake.pg_available_extensions as select name from pg_catalog.pg_available_extensions where false;',
  );
  expectOneLine(await project.rolecall(['check'], env), /lacks the extension vector\. Install it/);
});

test('a user who may not create databases', async () => {
  const role = await freshRole('login');
  const url = new URL(fake.url);
  url.username = role.name;
  const finished = await project.rolecall(['check'], { DATABASE_URL: project.url, ROOT_DATABASE_URL: url.toString() });
  await role.drop();
  expectOneLine(finished, /does not let test_role_\w+ create databases/);
});

test('a configuration with several mistakes names them all at once', async () => {
  const path = join(project.folder, 'rolecall.config.ts');
  const good = await readFile(path, 'utf8');
  await writeFile(
    path,
    good
      .replace("roles: ['anon', 'authenticated', 'service_role']", 'roles: []')
      .replace("name: 'ChannelChat'", 'name: 7')
      .replace('  access,\n', "  access: { 'public.plans': { any: { anon: 'S X', nobody: 'S' } } },\n"),
  );
  const { code, output } = await project.rolecall(['check']);
  await writeFile(path, good);
  expect(code).toBe(2);
  // What one part contradicts is told although others do not even have the right shape.
  expect(output).toMatch(
    /rolecall\.config\.ts has 9 mistakes:\n {2}- name: .*\n {2}- roles: .*\n {2}- access\.public\.plans\.any: .*owner/,
  );
});

test('contradictions between parts of a configuration are named all at once', async () => {
  const path = join(project.folder, 'rolecall.config.ts');
  const good = await readFile(path, 'utf8');
  await writeFile(
    path,
    good.replace(
      '  access,\n',
      "  access: { 'public.plans': { any: { anon: 'S X', nobody: 'S' } }, 'other.table': {} },\n",
    ),
  );
  const { code, output } = await project.rolecall(['check']);
  await writeFile(path, good);
  expect(code).toBe(2);
  for (const mistake of [
    'has no entry for owner',
    'nobody is not a persona',
    '"S X" is not S, I, U, D',
    'its schema is not among `proven`',
  ])
    expect(output).toContain(mistake);
});

test('a configuration that is not there', async () => {
  expectOneLine(await project.rolecall(['check', '--config', 'none.ts']), /There is no none\.ts here/);
});

test('a flag that is not known, and a command that is not', async () => {
  expect(await project.rolecall(['check', '--colour'])).toMatchObject({
    code: 2,
    output: expect.stringContaining("unknown option '--colour'"),
  });
  expect(await project.rolecall(['chekc'])).toMatchObject({
    code: 2,
    output: expect.stringContaining('Did you mean check?'),
  });
});

test.each(['migrate', 'status', 'commit', 'uncommit', 'start', 'watch'])(
  '%s on a database that ran a migration which was changed since',
  async (command) => {
    await fake.client.query(`
    create schema if not exists graphile_migrate;
    create table if not exists graphile_migrate.migrations (hash text, previous_hash text, filename text);
    insert into graphile_migrate.migrations values ('sha1:another', null, '000001.sql')`);
    const { code, output } = await project.rolecall([command], { DATABASE_URL: fake.url });
    // The last word of commit is that current.sql is unchanged.
    const [line] = output.split(/(?<=\n)(?=Not committed)/);
    expectOneLine(
      { code, output: line ?? '' },
      /ran another version of 000001-legacy-baseline\.sql than the one that is committed\. Recreate a development database with `rolecall reset`/,
    );
  },
);

test('a migration that the server refuses: file, line, message and hint, and no object of node-postgres', async () => {
  await refused.client.query('create table public.videos (id text)');
  const { code, output } = await project.rolecall(['migrate'], { DATABASE_URL: refused.url });
  expect(code).toBe(1);
  expect(output).toMatch(/^0000\d\d-[a-z-]+\.sql, line \d+: .+ \(SQLSTATE [0-9A-Z]{5}\)$/m);
  expect(output).not.toMatch(/routine|severity:|\.c'/);
});
