import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withClient } from '../../src/database/connect.ts';
import { dropDatabase } from '../../src/database/server.ts';
import { type ConnectionStrings, connectionStringsFrom, withDatabase } from '../../src/database/urls.ts';
import { dropOtherCopies, keptCopies } from '../../src/migrations/copies/copies.ts';
import { namesItsDatabase, readCopyInputs } from '../../src/migrations/copies/inputs.ts';
import { secondFromCopy } from '../../src/migrations/copies/second.ts';
import { readyShadow } from '../../src/migrations/copies/shadow.ts';
import { asRoot, freshDatabase, real, serverUrl, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

const home = process.cwd();
let folder: string;
let main: TestDatabase;
let urls: ConnectionStrings;
let role: Awaited<ReturnType<typeof freshRole>>;

beforeAll(async () => {
  main = await freshDatabase();
  urls = connectionStringsFrom({ DATABASE_URL: main.url, ROOT_DATABASE_URL: serverUrl }) as ConnectionStrings;
  role = await freshRole();
  folder = await mkdtemp(join(tmpdir(), 'rolecall-copies-'));
  await mkdir(join(folder, 'migrations/committed'), { recursive: true });
  await mkdir(join(folder, 'migrations/fixtures'));
  process.chdir(folder);
  await settings({});
  await write('hook.sql', 'create table if not exists public.by_hook (id integer);');
  await migration(1, `create table public.notes (id integer); grant select on public.notes to ${role.name};`);
});

afterAll(async () => {
  process.chdir(home);
  await dropOtherCopies(urls);
  await dropDatabase(urls.root, urls.shadow);
  await main.drop();
  await role.drop();
  await rm(folder, { recursive: true, force: true });
});

const write = (path: string, text: string) => writeFile(join(folder, 'migrations', path), text);
const settings = (more: object) =>
  writeFile(
    join(folder, '.gmrc'),
    JSON.stringify({ migrationsFolder: './migrations', beforeAllMigrations: ['hook.sql'], ...more }),
  );
const migration = (number: number, sql: string) =>
  write(
    `committed/00000${number}.sql`,
    `--! Previous: ${number === 1 ? '-' : `sha1:${number - 1}`}
--! Hash: sha1:${number}
--! AllowInvalidHash

${sql}
`,
  );

/** When the committed migration ran in the shadow database: a copy of an earlier one says the same. */
const ran = (): Promise<string> =>
  withClient(urls.shadow, async (client) => {
    const { rows } = await client.query('select date::text from graphile_migrate.migrations');
    return rows[0].date;
  });

/** Makes the shadow database as it is now, then as it is after `change`, and says whether a copy was used for that. */
async function usedAfter(change: () => Promise<unknown>): Promise<boolean> {
  const { copy } = await readyShadow(urls);
  expect(copy?.name).toMatch(/_shadow_committed_[0-9a-f]{10}_[0-9a-f]{10}$/);
  const before = await ran();
  await change();
  const after = await readyShadow(urls);
  expect(after.ready).toBe(true);
  expect((await keptCopies(urls)).map(({ name }) => name)).toEqual([after.copy?.name]);
  return (await ran()) === before;
}

test('a copy is used as long as nothing changed, and equals what it was made of', async () => {
  expect(await usedAfter(async () => {})).toBe(true);
  const { rows } = await withClient(urls.shadow, (client) =>
    client.query(
      `select to_regclass('public.by_hook') is not null as hook, has_table_privilege($1, 'public.notes', 'select') as granted,
              (select count(*)::int from aclexplode(datacl) where grantee = 0) as public
         from pg_database where datname = current_database()`,
      [role.name],
    ),
  );
  expect(rows).toEqual([{ hook: true, granted: true, public: 0 }]);
});

describe('a copy is not used, and dropped, after a change of', () => {
  test('a hook', async () => {
    expect(await usedAfter(() => write('hook.sql', 'create table if not exists public.other (id integer);'))).toBe(
      false,
    );
  });

  test('a committed migration', async () => {
    const sql = `create table public.notes (id bigint); grant select on public.notes to ${role.name};`;
    expect(await usedAfter(() => migration(1, sql))).toBe(false);
  });

  test('the settings of graphile-migrate, such as a placeholder', async () => {
    expect(await usedAfter(() => settings({ placeholders: { ':ONE_TABLE': 'one' } }))).toBe(false);
  });

  test('a placeholder that the environment gives', async () => {
    process.env.ONE_TABLE = 'one';
    await settings({ placeholders: { ':ONE_TABLE': '!ENV' } });
    expect(
      await usedAfter(async () => {
        process.env.ONE_TABLE = 'two';
      }),
    ).toBe(false);
    delete process.env.ONE_TABLE;
    await settings({});
  });

  test('a role that a migration names', async () => {
    expect(await usedAfter(() => asRoot((root) => root.query(`alter role ${role.name} connection limit 7`)))).toBe(
      false,
    );
  });

  test('a row in it', async () => {
    const change = async () => {
      const [copy] = await keptCopies(urls);
      if (real) await asRoot((root) => root.query(`alter database "${copy?.name}" allow_connections true`));
      await withClient(withDatabase(urls.root, copy?.name ?? ''), (client) =>
        client.query('insert into public.notes values (1)'),
      );
    };
    expect(await usedAfter(change)).toBe(false);
  });

  test('what it was made from that its name says: another server version has another key', async () => {
    const change = async () => {
      const [copy] = await keptCopies(urls);
      const renamed = copy?.name.replace(`_${copy.key}_`, '_0123456789_');
      await asRoot((root) => root.query(`alter database "${copy?.name}" rename to "${renamed}"`));
    };
    expect(await usedAfter(change)).toBe(false);
  });
});

test('there is no copy where a hook may do anything', async () => {
  await settings({ afterAllMigrations: [{ _: 'command', command: 'node bin/rolecall.js gate' }] });
  expect(await readCopyInputs()).toBeDefined();
  await settings({ afterAllMigrations: [{ _: 'command', command: 'node bin/rolecall.js gate; node other.js' }] });
  expect(await readCopyInputs()).toBeUndefined();
  await settings({ beforeReset: ['!root.sql'] });
  expect(await readCopyInputs()).toBeUndefined();
  expect(await readyShadow(urls)).toEqual({ ready: false });
  expect(await keptCopies(urls)).toEqual([]);
  await settings({});
});

test('there is no copy of a database with settings of its own, which a copy would not have', async () => {
  await migration(1, "do $$ begin execute format('alter database %I set app.one = 1', current_database()); end $$;");
  expect(await readyShadow(urls)).toEqual({ ready: true, copy: undefined });
});

test('a second database gets the migration that is being committed, and is kept for the next commit', async () => {
  await migration(1, 'create table public.notes (id integer);');
  await settings({});
  const { copy } = await readyShadow(urls);
  if (!copy) throw new Error('No copy was kept.');
  await migration(2, 'create table public.more (id integer);');
  const second = withDatabase(urls.shadow, `${new URL(urls.shadow).pathname.slice(1)}_second`);
  await secondFromCopy(urls, copy, second);
  const { rows } = await withClient(second, (client) =>
    client.query("select to_regclass('public.notes') is not null and to_regclass('public.more') is not null as both"),
  );
  expect(rows).toEqual([{ both: true }]);
  await dropDatabase(urls.root, second);
  expect(await keptCopies(urls)).toHaveLength(2);
  const next = await readyShadow(urls);
  expect((await keptCopies(urls)).map(({ name }) => name)).toEqual([next.copy?.name]);
  const { rows: tables } = await withClient(urls.shadow, (client) =>
    client.query("select to_regclass('public.more') is not null as more"),
  );
  expect(tables).toEqual([{ more: true }]);
  await rm(join(folder, 'migrations/committed/000002.sql'));
});

test('no second database is made where SQL may depend on the name of its database', () => {
  expect(namesItsDatabase('select current_database()', ['shadow'])).toBe(true);
  expect(namesItsDatabase('grant connect on database :DATABASE_NAME to anon', ['shadow'])).toBe(true);
  expect(namesItsDatabase('comment on database shadow is null', ['shadow'])).toBe(true);
  expect(namesItsDatabase('create table notes ()', ['shadow'])).toBe(false);
});
