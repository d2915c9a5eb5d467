import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readStructure } from '../../src/catalog/structure.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema app;
    create type app.mood as enum ('glad', 'sad');
    create table app.notes (id int primary key, body text default 'x', mood app.mood, constraint short check (length(body) < 10));
    create index by_body on app.notes (body);
    create sequence app.counter;
    create view app.glad as select id from app.notes where mood = 'glad';
    create function app.two() returns int language sql as 'select 2';
    create function app.nothing() returns trigger language plpgsql as 'begin return null; end';
    create trigger nothing after insert on app.notes execute function app.nothing();
    alter table app.notes enable row level security;
    create policy own on app.notes using (id = 1);`);
});

afterAll(() => database.drop());

/** The objects whose lines a statement changes; the statement is rolled back. */
async function changedBy(sql: string): Promise<string[]> {
  const before = await readStructure(database.client);
  const after = await rolledBack(database.client, async () => {
    await database.client.query(sql);
    return readStructure(database.client);
  });
  const was = new Map(before.map(({ object, definition }) => [object, definition]));
  const is = new Map(after.map(({ object, definition }) => [object, definition]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((object) => was.get(object) !== is.get(object)).sort();
}

test.each([
  ['a default', "alter table app.notes alter column body set default 'y'", 'column app.notes.body'],
  ['not null', 'alter table app.notes alter column body set not null', 'column app.notes.body'],
  ['a type', 'alter table app.notes alter column body type varchar', 'column app.notes.body'],
  ['a column’s privilege', 'grant select (body) on app.notes to public', 'column app.notes.body'],
  ['a table’s privilege', 'grant select on app.notes to public', 'relation app.notes'],
  ['row level security', 'alter table app.notes disable row level security', 'relation app.notes'],
  ['a policy’s expression', 'alter policy own on app.notes using (id = 2)', 'policy own on app.notes'],
  ['a policy’s role', 'alter policy own on app.notes to current_user', 'policy own on app.notes'],
  ['a constraint', 'alter table app.notes drop constraint short', 'constraint short on app.notes'],
  ['an index', 'drop index app.by_body', 'index app.by_body'],
  ['a trigger', 'alter table app.notes disable trigger nothing', 'trigger nothing on app.notes'],
  [
    'a function’s body',
    "create or replace function app.two() returns int language sql as 'select 3'",
    'function app.two()',
  ],
  ['a function’s privilege', 'revoke execute on function app.two() from public', 'function app.two()'],
  ['a view', 'create or replace view app.glad as select id from app.notes', 'relation app.glad'],
  ['an enum’s labels', "alter type app.mood rename value 'sad' to 'blue'", 'type app.mood'],
  ['a sequence', 'alter sequence app.counter increment 2', 'sequence app.counter'],
  ['a comment', "comment on column app.notes.body is 'words'", 'column app.notes.body'],
  ['a schema’s privilege', 'grant usage on schema app to public', 'schema app'],
  [
    'default privileges',
    'alter default privileges in schema app grant select on tables to public',
    expect.stringContaining('default privileges'),
  ],
])('%s shows in the structure', async (_, sql, object) => {
  expect(await changedBy(sql)).toContainEqual(object);
});

test('a table that is dropped and made again alike leaves the structure as it was, and so do privileges granted in another order', async () => {
  await database.client.query(
    'create table app.again (id int primary key, body text); grant select on app.again to public; grant insert on app.again to public',
  );
  const changed = await changedBy(
    'drop table app.again; create table app.again (id int primary key, body text); grant insert on app.again to public; grant select on app.again to public',
  );
  expect(changed).toEqual([]);
});
