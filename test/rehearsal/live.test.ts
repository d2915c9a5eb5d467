import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { loadLegacy } from '../../spec/legacy/load.ts';
import { readContents } from '../../src/catalog/contents.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import type { Config } from '../../src/config/define.ts';
import { fillLegacy } from '../../src/proof/build.ts';
import { freshDatabase, serverUrl, type TestDatabase, onRealServer as test } from '../support/databases.ts';
import { migratedDatabase } from '../support/migrated.ts';
import { type Finished, freshProject, type Project } from '../support/project.ts';
import { freshRole } from '../support/roles.ts';
import { folder, tiny } from './support.ts';

const drops: TestDatabase['drop'][] = [];
const real = process.env.ROLECALL_TEST_REAL === '1';
let source: TestDatabase;
let reader: Awaited<ReturnType<typeof freshRole>>;
let project: Project;
let files: Awaited<ReturnType<typeof folder>>;

/** A legacy database, and a role that may log in, read everything, and nothing else. */
beforeAll(async () => {
  if (!real) return;
  files = await folder();
  project = await freshProject();
  source = await freshDatabase();
  const legacy = config.legacy as NonNullable<Config['legacy']>;
  const load = () => loadLegacy(source.client, { seed: 5, size: tiny });
  await fillLegacy(source.client, { ...config, legacy: { ...legacy, load } });
  reader = await freshRole('login');
});

beforeEach(async () => {
  if (!real) return;
  await source.client.query(`grant pg_read_all_data to "${reader.name}"; alter role "${reader.name}" bypassrls`);
});

afterAll(async () => {
  if (!real) return;
  for (const drop of [source.drop, ...drops]) await drop();
  await reader.drop();
  await project.remove();
  await files.remove();
});

function asReader(url = source.url): string {
  const read = new URL(url);
  read.username = reader.name;
  return read.toString();
}

const rehearsed = (from: string, ...more: string[]): Promise<Finished> =>
  project.rolecall(['rehearse', '--from', from, '--no-locks', ...more]);

async function expectRefusal(from: string, text: RegExp, env: Record<string, string> = {}): Promise<void> {
  const { code, output } = await project.rolecall(['rehearse', '--from', from], env);
  const lines = output.split('\n').filter((line) => line !== '' && !/^[❯✔✖›]/.test(line));
  expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringMatching(text)] });
}

test('a role that may only read is enough; the copy is compared value by value; the source stays as it was, catalogs and rows', async () => {
  const look = async () => [await readStructure(source.client), await readContents(source.client)];
  const before = await look();
  const { code, output } = await rehearsed(asReader());
  expect(output).toMatch(
    /compared with every value of the source; .*\n[\s\S]*Every row and every value is accounted for/,
  );
  expect(code).toBe(0);
  expect(await look()).toEqual(before);
});

test('a row that is written to the source meanwhile is not in the copy, and is no deviation', async () => {
  const running = project.begin(['rehearse', '--from', asReader(), '--no-locks']);
  await running.until(/❯ Copy/);
  const { rows } = await source.client.query<{ id: string }>(
    `insert into public.error_logs (service, error_message) values ('late', 'later') returning id`,
  );
  const { code, output } = await running.finished;
  await source.client.query('delete from public.error_logs where id = $1', [rows[0]?.id]);
  expect(output).toMatch(/deviations +0/);
  expect(code).toBe(0);
});

test('a table that may not be read, and rows that row level security hides, are refused before anything is copied', async () => {
  await source.client.query(`revoke pg_read_all_data from "${reader.name}"`);
  await expectRefusal(
    asReader(),
    /test_role_\w+ may not read auth\.users, public\.channels, .* and \d+ more of postgres:.*pg_read_all_data/,
  );
  await source.client.query(`grant pg_read_all_data to "${reader.name}"; alter role "${reader.name}" nobypassrls`);
  await expectRefusal(
    asReader(),
    /Row level security hides rows of auth\.users, .*alter role "test_role_\w+" bypassrls/,
  );
});

test('a database of something else, and one that was migrated completely or in part, are refused', async () => {
  const empty = await freshDatabase();
  drops.push(empty.drop);
  await expectRefusal(
    empty.url,
    /is not a legacy ChannelChat database: it lacks table public\.channels, table public\.videos/,
  );
  const migrated = await migratedDatabase();
  drops.push(migrated.drop);
  await expectRefusal(migrated.url, /has all committed migrations already: there is nothing to rehearse/);
  await migrated.client.query(`delete from graphile_migrate.migrations where filename >= '000003'`);
  await expectRefusal(migrated.url, /is migrated in part: legacy\.channels is there already/);
});

test('a rehearsal is refused without pg_dump on PATH, and with one that is older than the source', async () => {
  await expectRefusal(source.url, /pg_dump is not on PATH.*Install PostgreSQL’s client programs/, { PATH: '/nowhere' });
  const old = await files.file('pg_dump', `#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n`);
  await chmod(old, 0o755);
  await expectRefusal(
    source.url,
    /is PostgreSQL \d+, and the pg_dump on PATH is 9: a dump needs the same version or a later one/,
    {
      PATH: `${files.path('.')}:/usr/bin:/bin`,
    },
  );
});

test('a role that may not create databases on the target is refused', async () => {
  const env = { DATABASE_URL: asReader(project.url), ROOT_DATABASE_URL: asReader(serverUrl) };
  await expectRefusal(source.url, /does not let test_role_\w+ create databases/, env);
});
