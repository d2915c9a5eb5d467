import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { account } from '../../src/accounting/account.ts';
import type { LegacyMapping } from '../../src/accounting/settings.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;

const mapping: LegacyMapping = {
  notes: {
    source: 'legacy.notes',
    target: 'public.notes',
    columns: {
      id: { target: 't.id' },
      text: { target: 't.body' },
      weight: { target: 't.weight', rule: { name: 'rounded', sql: 'round(o.weight)' } },
      author: { target: '(select p.name from public.people p where p.id = t.author_id)' },
      never_there: { target: 't.id' },
    },
  },
};

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema legacy;
    create table legacy.notes (id int primary key, text text, weight numeric, author text);
    create table public.people (id int primary key, name text);
    create table public.notes (id int primary key, body text, weight numeric, author_id int references public.people);
    create table public.set_aside (source_table text, source_id int, row_data jsonb);`);
});

beforeEach(async () => {
  await database.client.query(`
    truncate legacy.notes, public.notes, public.people, public.set_aside;
    insert into public.people values (1, 'Ada'), (2, 'Bob');
    insert into legacy.notes values (1, 'as it was', 2, 'Ada'), (2, null, 2.4, 'Ada'), (3, 'no author', 1, 'Eve');
    insert into public.notes values (1, 'as it was', 2, 1), (2, null, 2, 1);
    insert into public.set_aside select 'notes', id, to_jsonb(n) from legacy.notes n where id = 3;`);
});

afterAll(() => database.drop());

/** Breaks something after the move, and gives what the account then says. */
async function after(sql: string, sourceSchema = 'public') {
  await database.client.query(sql);
  const { accounts, findings } = await account(database.client, {
    mapping,
    quarantine: { relation: 'public.set_aside' },
    sourceSchema,
  });
  const { table: _, newRows: __, columns: ___, twice: ____, ...counts } = accounts[0] as (typeof accounts)[0];
  return { counts, deviations: findings.deviations.map(({ where, seen, evidence }) => ({ where, seen, evidence })) };
}

test('rows are carried, changed by a named rule, or set aside, and add up; a declared column need not be there', async () => {
  expect(await after('select')).toEqual({
    counts: { in: 3, carried: 1, changed: 1, setAside: 1, lost: 0, altered: 0 },
    deviations: [],
  });
});

test('a row that is gone and was not set aside is lost, and named', async () => {
  const { counts, deviations } = await after('delete from public.notes where id = 1');
  expect(counts).toMatchObject({ lost: 1, altered: 0 });
  expect(deviations).toEqual([
    { where: 'notes', seen: '1 lost', evidence: "select * from legacy.notes where id = '1';" },
  ]);
});

test.each([
  ['a value', "update public.notes set body = 'As it was' where id = 1"],
  ['a null that became something', "update public.notes set body = '' where id = 2"],
  ['a value that is neither the old one nor the rule’s', 'update public.notes set weight = 3 where id = 2'],
  ['a key that leads elsewhere', 'update public.notes set author_id = 2 where id = 1'],
])('%s is altered, and named', async (_, sql) => {
  const { counts, deviations } = await after(sql);
  expect(counts).toMatchObject({ lost: 0, altered: 1 });
  expect(deviations).toHaveLength(1);
});

test('a row that was set aside without one of its values is lost', async () => {
  expect((await after(`update public.set_aside set row_data = row_data - 'text'`)).counts).toMatchObject({
    setAside: 0,
    lost: 1,
  });
});

test('a legacy column that the mapping does not name is a deviation', async () => {
  const { deviations } = await after('alter table legacy.notes add column if not exists forgotten int');
  expect(deviations).toContainEqual(expect.objectContaining({ where: 'notes.forgotten', seen: 'none' }));
});

test('the quarantine may name a table with the schema that it was in before the migrations, and with no other', async () => {
  const named = (schema: string) => `update public.set_aside set source_table = '${schema}.notes'`;
  expect((await after(named('app'), 'app')).counts).toMatchObject({ setAside: 1, lost: 0 });
  expect((await after(named('public'), 'app')).counts).toMatchObject({ setAside: 0, lost: 1 });
});
