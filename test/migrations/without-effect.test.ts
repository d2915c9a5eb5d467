import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rolledBack } from '../../src/database/connect.ts';
import { statementsWithoutEffect } from '../../src/migrations/effect/without-effect.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { migratedDatabase } from '../support/migrated.ts';
import { freshRole } from '../support/roles.ts';

let database: TestDatabase;
let roles: readonly Awaited<ReturnType<typeof freshRole>>[];

beforeAll(async () => {
  database = await freshDatabase();
  roles = [await freshRole(), await freshRole(), await freshRole()];
  await database.client.query(
    named(`
      create schema app;
      create table app.notes (id int primary key, body text, secret text);
      create index by_body on app.notes (body, id desc) include (secret) where secret is not null;
      create sequence app.counter;
      create function app.total(int, text[]) returns int language sql as 'select 1';
      create type app.mood as enum ('glad');
      grant select, update on app.notes to clerk;
      grant usage on schema app to public;
      grant usage on sequence app.counter to staff;
      grant staff to clerk;
      revoke execute on function app.total(int, text[]) from public;
      grant execute on function app.total(int, text[]) to clerk;`),
  );
});

afterAll(async () => {
  await database.drop();
  for (const role of roles) await role.drop();
});

const NAMES = ['clerk', 'staff', 'guest'];
const named = (sql: string): string =>
  NAMES.reduce((all, name, index) => all.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), roles[index]?.name ?? ''), sql);
const unnamed = (text: string): string =>
  NAMES.reduce((all, name, index) => all.replaceAll(roles[index]?.name ?? '', name), text);

/** What is said of a migration that has run; it is undone, and the evidence has been executed. */
async function saidOf(sql: string): Promise<string[]> {
  const { client } = database;
  return rolledBack(client, async () => {
    await client.query(named(sql));
    const found = await statementsWithoutEffect(client, { name: 'current.sql', sql: named(sql), transaction: true });
    for (const { evidence } of found) await client.query(evidence ?? '');
    return found.map(({ where, seen }) => unnamed(`${where}: ${seen}`).replace('current.sql · ', ''));
  });
}

test.each([
  [
    'a column is revoked below a grant on the table',
    'revoke select (secret) on app.notes from clerk',
    'clerk still has SELECT on column secret of app.notes, by what is granted on the whole table',
  ],
  [
    'all of a column',
    'revoke all (secret) on app.notes from clerk',
    'clerk still has SELECT, UPDATE on column secret of app.notes, by what is granted on the whole table',
  ],
  [
    'a role’s privilege that everybody has',
    'revoke usage on schema app from guest',
    'guest still has USAGE on app, by what is granted to public',
  ],
  [
    'a function that everybody may execute, as PostgreSQL has it by itself',
    'create function app.open() returns int language sql as $$ select 1 $$; revoke all on function app.open() from guest',
    'guest still has EXECUTE on app.open(), by what is granted to public',
  ],
  [
    'all functions of a schema',
    'grant execute on function app.total to public; revoke execute on all functions in schema app from clerk',
    'clerk still has EXECUTE on app.total(integer,text[]), by what is granted to public',
  ],
  [
    'what a role has by another of which it is a member',
    'revoke usage on sequence app.counter from clerk',
    'clerk still has USAGE on app.counter, by what is granted to staff, of which it is a member',
  ],
  [
    'a type',
    'revoke usage on type app.mood from guest',
    'guest still has USAGE on app.mood, by what is granted to public',
  ],
  [
    'default privileges of a schema, which can only add',
    'alter default privileges in schema app revoke execute on functions from public',
    'public still has EXECUTE on new functions',
  ],
  [
    'default privileges that a schema adds',
    'alter default privileges in schema app grant select on tables to guest; alter default privileges revoke select on tables from guest',
    'guest still has SELECT on new tables in app',
  ],
  [
    'columns are granted to who has the table',
    'grant select (id, body) on app.notes to clerk',
    'clerk already has SELECT on column id of app.notes, by what is granted on the whole table',
  ],
  [
    'a table that is there otherwise',
    'create table if not exists app.notes (id int primary key, title text)',
    'app.notes was there already, and has no column title',
  ],
  [
    'a column that is there otherwise',
    'alter table app.notes add column if not exists secret integer',
    'column secret of app.notes was there already, as text',
  ],
  [
    'an index on other columns',
    'create index if not exists by_body on app.notes (secret)',
    'app.by_body was there already, as CREATE INDEX by_body ON app.notes',
  ],
  [
    'an index of another direction',
    'create index if not exists by_body on app.notes (body, id) include (secret) where secret is not null',
    'app.by_body was there already',
  ],
  [
    'an index without its condition',
    'create index if not exists by_body on app.notes (body, id desc) include (secret)',
    'app.by_body was there already',
  ],
  [
    'an index whose name a sequence has',
    'create index if not exists counter on app.notes (body)',
    'app.counter was there already, as something else than an index',
  ],
  [
    'a table that is not there',
    'alter table if exists app.note enable row level security',
    'there is no table "app"."note"',
  ],
])('it is named: %s', async (_, sql, said) => {
  expect(await saidOf(sql)).toEqual([expect.stringContaining(`it changes nothing: ${said}`)]);
});

test.each([
  ['a revocation that takes the privilege', 'revoke select on app.notes from clerk'],
  [
    'making room for what is granted then',
    'revoke all on app.notes from public, clerk; grant select on app.notes to clerk',
  ],
  ['room for columns', 'revoke all on app.notes from clerk; grant select (id) on app.notes to clerk'],
  ['room for everybody', 'revoke usage on schema app from guest; grant usage on schema app to public'],
  ['revoking twice', 'revoke all on app.notes from guest; revoke all on app.notes from guest'],
  ['granting twice', 'grant select on app.notes to clerk; grant select on app.notes to clerk'],
  [
    'a function by name',
    'revoke all on function app.total(int, text[]) from public, clerk; grant execute on function app.total to clerk',
  ],
  ['the right to grant on', 'revoke grant option for select on app.notes from clerk'],
  ['what is dropped again', 'create table app.gone (id int); revoke all on app.gone from clerk; drop table app.gone'],
  ['a membership', 'revoke staff from clerk'],
  ['default privileges everywhere', 'alter default privileges revoke execute on functions from public'],
  [
    'guards of what is alike',
    'create table if not exists app.notes (id int primary key, body text); alter table app.notes add column if not exists body text',
  ],
  [
    'guards of what is new',
    'create table if not exists app.fresh (id int); alter table app.fresh add column if not exists more text',
  ],
  [
    'indexes that are alike or new',
    `create index if not exists by_body on app.notes (body, id desc) include (secret) where secret is not null;
     create unique index if not exists fresh on app.notes using btree (lower(body), id)`,
  ],
  [
    'an index that is built anew below',
    'create index if not exists by_body on app.notes (secret); drop index app.by_body; create index by_body on app.notes (secret)',
  ],
  ['dropping what may be there', 'drop policy if exists p on app.notes; drop table if exists app.nothing'],
])('it is no alarm: %s', async (_, sql) => {
  expect(await saidOf(sql)).toEqual([]);
});

test('no statement of the committed migrations is one without effect', async () => {
  const migrated = await migratedDatabase();
  try {
    const folder = 'migrations/committed';
    for (const name of (await readdir(folder)).sort().slice(1)) {
      const sql = await readFile(`${folder}/${name}`, 'utf8');
      expect(await statementsWithoutEffect(migrated.client, { name, sql, transaction: true })).toEqual([]);
    }
  } finally {
    await migrated.drop();
  }
});
