import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorldRow } from '../../src/access/model.ts';
import { seed } from '../../src/access/seed.ts';
import { readRelations } from '../../src/catalog/relations.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema app;
    create table app.accounts (id int primary key);
    create table app.profiles (account int, name text);
    create function app.greet() returns trigger language plpgsql as
      $$ begin insert into app.profiles values (new.id, 'made by the database'); return null; end; $$;
    create trigger greet after insert on app.accounts for each row execute function app.greet();`);
});
afterAll(() => database.drop());

/** What is there after seeding an account and this row of its profile, and what is said to be missing. */
async function seeded(profile: Omit<WorldRow, 'table'>) {
  const { client } = database;
  return rolledBack(client, async () => {
    const { missing, rows } = await seed(client, await readRelations(client, { schemas: ['app'] }), [
      { table: 'app.accounts', values: { id: 1 } },
      { table: 'app.profiles', ...profile },
    ]);
    const { rows: there } = await client.query('select account, name from app.profiles');
    return { missing: missing.map(({ reason }) => reason), probed: rows.length, there: there.length };
  });
}

test('a row that the database makes itself is found by its values, and can be probed', async () => {
  expect(await seeded({ existing: true, row: 'mine', values: { account: 1 } })).toEqual({
    missing: [],
    probed: 1,
    there: 1,
  });
});

test('one that is not there is told as missing', async () => {
  expect((await seeded({ existing: true, row: 'mine', values: { account: 2 } })).missing).toEqual([
    'Its values find 0 rows that were there already.',
  ]);
});

test('one that is to be removed is gone, and told as missing when there was none', async () => {
  expect(await seeded({ existing: 'removed', values: { account: 1 } })).toEqual({ missing: [], probed: 0, there: 0 });
  expect((await seeded({ existing: 'removed', values: { account: 2 } })).missing).toEqual([
    'Its values find 0 rows that were there already.',
  ]);
});
