import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rolledBack } from '../../src/database/connect.ts';
import { type CitusCheck, checkCitus } from '../../src/scale/check.ts';
import { distributing, keyChanges } from '../../src/scale/script.ts';
import type { Distribution } from '../../src/scale/settings.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { SHOP, TABLES } from './tables.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(TABLES);
});
afterAll(() => database.drop());

/** What is found after a statement, in a transaction that is rolled back. */
const checked = (sql: string, distribution: Distribution = SHOP): Promise<CitusCheck> =>
  rolledBack(database.client, async () => {
    await database.client.query(sql);
    return checkCitus(database.client, distribution);
  });

test('what can be distributed after the changes of the script holds', async () => {
  const { deviations } = await checked('');
  expect(deviations).toEqual([]);
});

test('the script adds the distribution column to primary keys, to unique ones that tell it, and to foreign keys', async () => {
  const changes = keyChanges(await checked(''));
  await rolledBack(database.client, async () => {
    for (const change of changes) await database.client.query(change);
    const { rows } = await database.client.query<{ definition: string }>(
      `select conrelid::regclass || ' ' || pg_get_constraintdef(oid) as definition from pg_constraint
        where connamespace = 'shop'::regnamespace and contype in ('p', 'u', 'f') order by 1`,
    );
    expect(rows.map(({ definition }) => definition)).toEqual([
      'shop.books FOREIGN KEY (owner_id, shelf_id) REFERENCES shop.shelves(owner_id, id) ON DELETE CASCADE',
      'shop.books PRIMARY KEY (id, owner_id)',
      'shop.books UNIQUE (shelf_id, place, owner_id)',
      'shop.loans FOREIGN KEY (book_id, owner_id) REFERENCES shop.books(id, owner_id)',
      'shop.loans PRIMARY KEY (id, owner_id)',
      'shop.owners PRIMARY KEY (id)',
      'shop.owners UNIQUE (name)',
      'shop.shelves FOREIGN KEY (owner_id) REFERENCES shop.owners(id) ON DELETE CASCADE',
      'shop.shelves PRIMARY KEY (id, owner_id)',
      'shop.shelves UNIQUE (owner_id, id)',
      'shop.visits FOREIGN KEY (owner_id) REFERENCES shop.owners(id)',
      'shop.visits PRIMARY KEY (id)',
    ]);
    const { rows: policies } = await database.client.query(
      `select pg_get_expr(polqual, polrelid) as using from pg_policy where polrelid = 'shop.books'::regclass`,
    );
    expect(policies).toEqual([{ using: '(owner_id = shop.me())' }]);
  });
});

test('reference tables are distributed first, and each table after those that it refers to', async () => {
  expect(distributing(await checked(''))).toEqual([
    "select create_reference_table('shop.owners');",
    "select create_distributed_table('shop.shelves', 'owner_id', colocate_with => 'none');",
    "select create_distributed_table('shop.books', 'owner_id', colocate_with => 'shop.shelves');",
    "select create_distributed_table('shop.loans', 'owner_id', colocate_with => 'shop.shelves');",
  ]);
});

const stay = { ...SHOP, local: {}, groups: { owner: { ...SHOP.groups.owner, 'shop.visits': 'owner_id' } } };

const cases: readonly (readonly [string, string, RegExp, Distribution?])[] = [
  ['a table without a place', 'create table shop.new (id uuid primary key)', /has no place in the distribution/],
  ['a place without a table', 'drop table shop.visits', /there is no such table/],
  ['a table in two places', '', /is placed twice/, { ...SHOP, reference: ['shop.owners', 'shop.books'] }],
  ['a distribution column that is not there', 'alter table shop.loans drop column owner_id', /there is no such column/],
  ['one that may be null', 'alter table shop.loans alter owner_id drop not null', /owner_id: may be null/],
  [
    'one of another type than its group',
    'alter table shop.loans alter owner_id type text',
    /is text, and shop.shelves.owner_id of its group is uuid/,
  ],
  [
    'one that is generated',
    'alter table shop.loans drop column owner_id; alter table shop.loans add owner_id uuid not null generated always as (id) stored',
    /owner_id: is generated/,
  ],
  ['one that has no hash', 'alter table shop.loans alter owner_id type point using null', /point can't be hashed/],
  [
    'an identity that is no bigint',
    'alter table shop.owners add number integer generated always as identity',
    /identity of type integer/,
  ],
  [
    'a unique constraint that does not tell the column',
    'alter table shop.books add isbn text unique',
    /is then unique only within each owner_id/,
  ],
  [
    'a unique constraint of which a foreign key tells a row, and not the column',
    'alter table shop.books add guest_id uuid references shop.owners, add unique (guest_id)',
    /books_guest_id_key .* is then unique only within each owner_id/,
  ],
  [
    'a unique index without the column',
    'create unique index on shop.books (place) where place > 9',
    /unique index .* lacks owner_id/,
  ],
  [
    'an exclusion constraint without the column',
    'alter table shop.books add exclude using btree (place with =)',
    /exclusion .* lacks owner_id/,
  ],
  [
    'a foreign key to a local table',
    'alter table shop.books add visit_id bigint references shop.visits',
    /from a distributed table to a local one/,
  ],
  [
    'a foreign key from a local table',
    'alter table shop.visits add book_id uuid references shop.books (id)',
    /from a local table to a distributed one/,
  ],
  [
    'a foreign key from a reference table',
    'alter table shop.owners add book_id uuid references shop.books (id)',
    /from a reference table to a distributed one/,
  ],
  [
    'a foreign key to another group',
    '',
    /its parent is distributed by book/,
    {
      ...SHOP,
      groups: { owner: { 'shop.shelves': 'owner_id', 'shop.loans': 'owner_id' }, book: { 'shop.books': 'owner_id' } },
    },
  ],
  [
    'a foreign key in which the columns do not meet',
    'alter table shop.loans add unique (owner_id, id), add foreign key (owner_id, book_id) references shop.loans (id, owner_id)',
    /does not pair the distribution columns/,
  ],
  [
    'one that sets a column null, even another than the distribution column',
    'alter table shop.loans add shelf_id uuid, add foreign key (owner_id, shelf_id) references shop.shelves (owner_id, id) on delete set null (shelf_id)',
    /on delete set null, which Citus refuses/,
  ],
  [
    'a policy with a subquery',
    'create policy p on shop.loans using (owner_id in (select id from shop.owners))',
    /p: a subquery/,
  ],
  [
    'a policy whose function asks another table',
    `create function shop.allowed() returns boolean language sql as 'select exists (select from shop.owners)';
     create policy p on shop.loans using ((select shop.allowed()))`,
    /p: shop.allowed\(\) reads shop.owners \(reference\)/,
  ],
  [
    'a trigger that touches another table, through a function that it calls',
    `create function shop.count() returns void language sql as 'update shop.owners set name = name';
     create or replace function shop.touch() returns trigger language plpgsql as 'begin perform shop.count(); return new; end'`,
    /touch runs on a node, and touches shop.owners \(reference\)/,
  ],
  [
    'a trigger on the distribution column',
    'create trigger moved before update of owner_id on shop.loans for each row execute function shop.touch()',
    /fires when owner_id changes, which Citus does not allow/,
  ],
  [
    'a function that touches two groups',
    `create function shop.all() returns void language sql as 'select from shop.books join shop.visits on true'`,
    /touches tables of 2 groups: shop.books \(by owner\), shop.visits \(by visit\)/,
    { ...SHOP, local: {}, groups: { ...SHOP.groups, visit: { 'shop.visits': 'id' } } },
  ],
  [
    'a function that runs text which touches two groups',
    `create function shop.all() returns void language plpgsql as
     $$ declare query text := 'select from shop.books'; begin execute query || ' join shop.visits on true'; end $$`,
    /touches tables of 2 groups: shop.books \(by owner\), shop.visits \(by visit\)/,
    { ...SHOP, local: {}, groups: { ...SHOP.groups, visit: { 'shop.visits': 'id' } } },
  ],
  [
    'a function that locks rows',
    `create function shop.lock() returns void language sql as 'select from shop.books for update skip locked'`,
    /locks rows/,
  ],
  ['a foreign key that may be null by which a table would be distributed', '', /owner_id: may be null/, stay],
];

test.each(cases.map(([title, sql, seen, distribution]) => ({ title, sql, seen, distribution })))(
  'caught: $title',
  async ({ sql, seen, distribution }) => {
    const { deviations } = await checked(sql, distribution);
    expect(deviations.map((deviation) => deviation.seen).join('\n')).toMatch(seen);
  },
);

test('what only a comment names is not touched', async () => {
  const { deviations } = await checked(
    `create or replace function shop.touch() returns trigger language plpgsql as 'begin -- as shop.owners
     return new; end'`,
  );
  expect(deviations).toEqual([]);
});

test('what a string names that nothing runs is not touched', async () => {
  const { deviations } = await checked(
    `create or replace function shop.touch() returns trigger language plpgsql as
     $$ begin raise notice 'as in shop.owners'; new.place := length('shop.owners'); return new; end $$`,
  );
  expect(deviations).toEqual([]);
});

test('a subquery that only calls a function, with calls among its arguments, becomes the call', async () => {
  const { deviations, findings } = await checked(
    `create function shop.same(uuid) returns uuid language sql stable as 'select $1';
     drop policy own on shop.books;
     create policy own on shop.books using (owner_id = (select shop.same(shop.same(shop.me()))))`,
  );
  expect(deviations).toEqual([]);
  expect(findings.find(({ rule }) => rule === 'policy')?.change?.add).toEqual([
    'alter policy own on shop.books using ((owner_id = shop.same(shop.same(shop.me()))));',
  ]);
});

test('what is settled is no deviation, and settling nothing is one', async () => {
  const settled = [
    { object: 'books_isbn_key on shop.books', instead: 'the printer keeps it' },
    { object: 'nothing on shop.books', instead: 'nobody' },
  ];
  const { deviations, findings } = await checked('alter table shop.books add isbn text unique', { ...SHOP, settled });
  expect(findings).toContainEqual(expect.objectContaining({ rule: 'key', instead: 'the printer keeps it' }));
  expect(deviations.map(({ where }) => where)).toEqual(['nothing on shop.books']);
});
