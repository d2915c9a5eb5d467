import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runHooks } from '../../src/migrations/hooks.ts';
import type { ExportedFile } from '../../src/supabase/export.ts';
import { chosenCount, type Histories } from '../../src/supabase/history.ts';
import { freshDatabase, type TestDatabase, thorough } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';
import { within } from '../support/time-limits.ts';
import { adopt, projectUpTo, THREE_RAN } from './support.ts';

let migrated: MigratedDatabase;

beforeAll(async () => {
  migrated = await migratedDatabase();
}, within(120));

afterAll(() => migrated.dropChanged());

const versions = async ({ client }: TestDatabase): Promise<number | null> => {
  const { rows } = await client.query("select to_regclass('supabase_migrations.schema_migrations') as found");
  return rows[0].found && (await client.query('select from supabase_migrations.schema_migrations')).rowCount;
};

test('a database that somebody changed by hand is refused with the difference, and nothing is written', async () => {
  await migrated.client.query('alter table public.plans add column by_hand text');
  const { code, output } = await adopt(migrated.url);
  expect(code).toBe(1);
  expect(output).toMatch(/public\.plans[\s\S]*by_hand[\s\S]*after 000006-add-legacy-api\.sql/);
  expect(output).toContain('nearest to that after 6 of 6. Nothing was written.');
  expect(await versions(migrated)).toBeNull();
  await migrated.client.query('alter table public.plans drop column by_hand');
});

test('one that is as the migrations make it changes over, and a second time nothing is written', async () => {
  expect(await adopt(migrated.url)).toMatchObject({
    code: 0,
    output: expect.stringMatching(/has run 6 of 6 [\s\S]*schema_migrations: 20261116100100, .*20261116100600\./),
  });
  expect(await versions(migrated)).toBe(6);
  expect(await adopt(migrated.url)).toMatchObject({ code: 0, output: expect.stringContaining('Nothing was written') });
});

thorough('a version that is of no committed migration is refused, with the command that takes it back', async () => {
  await migrated.client.query("insert into supabase_migrations.schema_migrations (version) values ('20300101000000')");
  expect(await adopt(migrated.url)).toMatchObject({
    code: 1,
    output: expect.stringContaining('`supabase migration repair --status reverted 20300101000000`'),
  });
  await migrated.client.query("delete from supabase_migrations.schema_migrations where version = '20300101000000'");
});

thorough('another version of a committed migration is refused', async () => {
  await migrated.client.query("update graphile_migrate.migrations set hash = 'sha1:0' where filename = '000006.sql'");
  expect(await adopt(migrated.url)).toMatchObject({
    code: 1,
    output: expect.stringContaining('has another version of 000006-add-legacy-api.sql (sha1:0)'),
  });
});

thorough(
  'a history that says more than the catalogs show is refused',
  async () => {
    const project = await projectUpTo('000003');
    const half = await freshDatabase();
    expect(await project.rolecall(['migrate'], { DATABASE_URL: half.url })).toMatchObject(THREE_RAN);
    await half.client.query(
      "insert into graphile_migrate.migrations (hash, filename) values ('sha1:28ac37d7fca691dd77429c8979f6ee4aaaca5037', '000006.sql')",
    );
    expect(await adopt(half.url)).toMatchObject({
      code: 1,
      output: expect.stringContaining('a history says that 000006-add-legacy-api.sql has run'),
    });
    expect(await versions(half)).toBeNull();
    await project.remove();
    await half.drop();
  },
  within(180),
);

thorough('a database with nothing in it but what the host gives has run none, and gets no history', async () => {
  const empty = await freshDatabase();
  await runHooks(empty.client);
  expect(await adopt(empty.url)).toMatchObject({ code: 0, output: expect.stringContaining('has run 0 of 6') });
  expect(await versions(empty)).toBeNull();
  await empty.drop();
});

const file = (number: number): ExportedFile => ({
  path: '',
  name: `2026010100000${number}_x.sql`,
  text: '',
  migration: {
    file: `00000${number}-x.sql`,
    filename: `00000${number}.sql`,
    hash: `sha1:${number}`,
    previous: null,
    time: undefined,
    body: '',
    transaction: true,
  },
});
const histories = (graphile: number, supabase: number): Histories => ({
  graphile: new Map(Array.from({ length: graphile }, (_, at) => [`00000${at + 1}.sql`, `sha1:${at + 1}`])),
  supabase: new Set(Array.from({ length: supabase }, (_, at) => `2026010100000${at + 1}`)),
});

test.each([
  ['the histories say nothing: the fewest, since a migration can run again', histories(0, 0), [2, 3] as const, 2],
  ['a history agrees with one of them', histories(3, 0), [2, 3] as const, 3],
  ['the other history agrees', histories(2, 3), [2, 3] as const, 3],
  ['no history agrees', histories(1, 0), [2, 3] as const, 2],
])('where migrations change rows alone and %s', (_, before, counts, count) => {
  expect(chosenCount(before, [file(1), file(2), file(3), file(4)], [...counts])).toBe(count);
});
