import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Command, Outcome, WorldRow } from '../../src/access/model.ts';
import { type Probes, probe } from '../../src/access/probe.ts';
import { readSubject } from '../../src/access/subject.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

let database: TestDatabase;
let reader: Awaited<ReturnType<typeof freshRole>>;
let probes: Probes;

const note = (table: string): WorldRow => ({
  table: `app.${table}`,
  row: 'mine',
  values: { id: 1, owner: 'me', text: 'hello' },
  insert: { id: 2, owner: 'me', text: 'new' },
  update: { text: 'changed' },
});

const world: WorldRow[] = [
  ...['closed', 'open', 'own', 'blind', 'columns', 'broken', 'constrained'].map(note),
  {
    ...note('own'),
    row: "another's",
    values: { id: 3, owner: 'you', text: 'hello' },
    insert: { id: 4, owner: 'you', text: 'new' },
  },
  { ...note('checked'), row: "another's", values: { id: 3, owner: 'you', text: 'hello' } },
  { table: 'app.open', row: 'never there', values: { id: 1 }, insert: { id: 9 }, update: { text: 'changed' } },
];

beforeAll(async () => {
  database = await freshDatabase();
  reader = await freshRole();
  await database.client.query(`
    create schema app;
    grant usage on schema app to ${reader.name};
    create table app.closed (id int primary key, owner text, text text);
    create table app.open (like app.closed including all);
    create table app.own (like app.closed including all);
    create table app.blind (like app.closed including all);
    create table app.checked (like app.closed including all);
    alter table app.checked enable row level security;
    grant select, update (text) on app.checked to ${reader.name};
    create policy seen on app.checked for select to ${reader.name} using (owner = current_setting('test.me', true));
    create policy kept on app.checked for update to ${reader.name}
      using (true) with check (owner = current_setting('test.me', true));
    create table app.columns (like app.closed including all);
    create table app.broken (like app.closed including all);
    create table app.constrained (like app.closed including all);
    create table app.parents (id int primary key);
    insert into app.parents values (1);
    create table app.forgotten (id uuid primary key default gen_random_uuid(), parent int not null references app.parents, kind text not null);
    create table app.impossible (id int primary key check (id > 5 and id < 5));
    grant select, insert, update, delete on app.open, app.own, app.broken, app.constrained, app.forgotten to ${reader.name};
    alter table app.own enable row level security;
    create policy own on app.own to ${reader.name} using (owner = current_setting('test.me', true));
    alter table app.blind enable row level security;
    grant update, delete on app.blind to ${reader.name};
    create policy anybody_updates on app.blind for update to ${reader.name} using (true);
    create policy anybody_deletes on app.blind for delete to ${reader.name} using (true);
    grant select (text) on app.columns to ${reader.name};
    create function app.secret() returns boolean language sql as 'select true';
    revoke execute on function app.secret() from public;
    alter table app.broken enable row level security;
    create policy broken on app.broken to ${reader.name} using (app.secret());
    alter table app.constrained add check (id < 2);
  `);
  const subject = await readSubject(database.client, ['app'], world);
  const personas = [{ name: 'me', role: reader.name, settings: { 'test.me': 'me' } }];
  probes = await probe(database.client, subject, personas, { world, access: {} });
});

afterAll(async () => {
  await database.drop();
  await reader.drop();
});

function outcomes(table: string, row = 'mine'): Record<string, Outcome> {
  const cells = probes.cells.filter((cell) => cell.table === `app.${table}` && cell.row === row);
  return Object.fromEntries(cells.map(({ command, outcome }) => [command, outcome])) as Record<Command, Outcome>;
}

const all = (outcome: Outcome) => ({ select: outcome, insert: outcome, update: outcome, delete: outcome });

test('a role without privileges gets "no grant" for every command', () => {
  expect(outcomes('closed')).toEqual(all('no grant'));
});

test('a table without row level security is open to whom it is granted', () => {
  expect(outcomes('open')).toEqual(all('allowed'));
});

test('one policy lets a persona at its own row, hides another’s, and refuses to write one for another', () => {
  expect(outcomes('own')).toEqual(all('allowed'));
  expect(outcomes('own', "another's")).toEqual({ ...all('filtered'), insert: 'policy violation' });
});

test('a row that its writer cannot see, and can still change or delete without a WHERE clause, counts as allowed', () => {
  expect(outcomes('blind')).toEqual({ select: 'no grant', insert: 'no grant', update: 'allowed', delete: 'allowed' });
  const update = probes.cells.find(({ table, command }) => table === 'app.blind' && command === 'update');
  expect(update?.statement).toBe("update app.blind set text = 'changed'");
});

test('a row that an update without a WHERE clause reaches, and that only WITH CHECK refuses, counts as that', () => {
  expect(outcomes('checked', "another's")).toMatchObject({ select: 'filtered', update: 'policy violation' });
});

test('a persona that may read only a column that is not the key still counts as reading the row', () => {
  expect(outcomes('columns').select).toBe('allowed');
});

test('a policy that fails on a function nobody may call is an error, not a denial', () => {
  expect(outcomes('broken').select).toBe('error');
});

test('a statement refused by a constraint is an error, not a denial', () => {
  expect(outcomes('constrained').insert).toBe('error');
});

test('a table of which the world says nothing is probed with a made-up row', () => {
  expect(outcomes('forgotten', 'any')).toEqual(all('allowed'));
});

test('where no row can be made up, a refusal still stands', () => {
  expect(outcomes('impossible', 'any')).toEqual(all('no grant'));
});

test('a row of the world that could not be inserted is told, with its statement', () => {
  expect(probes.missing).toEqual([
    expect.objectContaining({
      table: 'app.open',
      row: 'never there',
      statement: 'insert into app.open (id) values (1)',
    }),
  ]);
});

test('nothing is left behind: no row, no role, no setting', async () => {
  const { rows } = await database.client.query(
    `select (select count(*)::int from app.open) as rows, current_user = session_user as self, coalesce(current_setting('test.me', true), '') as me`,
  );
  expect(rows).toEqual([{ rows: 0, self: true, me: '' }]);
});
