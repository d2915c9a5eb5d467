import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compareAccess } from '../../src/access/compare.ts';
import { probe } from '../../src/access/probe.ts';
import { readSubject } from '../../src/access/subject.ts';
import { freshDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let role: Awaited<ReturnType<typeof freshRole>>;
beforeAll(async () => {
  database = await freshDatabase();
  role = await freshRole();
});
afterAll(async () => {
  await database.drop();
  await role.drop();
});

/** What is told of app.shown when nobody declared it, over a table with a row of ann's. */
async function told(sql: string): Promise<string[]> {
  await database.client.query(`
    drop schema if exists app cascade; create schema app; grant usage on schema app to ${role.name};
    create table app.notes (id int primary key, owner text);
    ${sql.replaceAll('$role', role.name)}`);
  const world = [{ table: 'app.notes', row: 'own', values: { id: 1, owner: 'ann' } }];
  const personas = ['ann', 'bob'].map((name) => ({ name, role: role.name, settings: { 'test.me': name } }));
  const access = { 'app.notes': { own: { ann: '—', bob: '—' } } };
  const subject = await readSubject(database.client, ['app'], world);
  const probes = await probe(database.client, subject, personas, { world, access });
  const { deviations } = compareAccess(probes, access, personas, subject.relations);
  return deviations.map(({ where, seen }) => `${where}: ${seen}`);
}

test('whoever reads through a view that nobody declared is named', async () => {
  const all = 'create view app.shown as select * from app.notes;';
  expect(await told(`${all} grant select on app.shown to $role;`)).toEqual(['app.shown: none; ann, bob may select']);
  expect(await told(`${all} grant select, delete on app.shown to $role;`)).toEqual([
    'app.shown: none; ann, bob may select; whether any other persona gets in was not evaluated for delete: there is no row of it that could be asked about',
  ]);
  expect(await told(all)).toEqual(['app.shown: none; no persona got in']);
});

test('a view that shows one persona something and the other nothing leaves the other open', async () => {
  const seen = await told(`create view app.shown as select * from app.notes where owner = current_setting('test.me');
    grant select on app.shown to $role;`);
  expect(seen).toEqual([
    'app.shown: none; ann may select; whether any other persona gets in was not evaluated for select: there is no row of it that could be asked about',
  ]);
});

test('a view without a row says nothing of who gets in', async () => {
  const seen = await told(
    'create view app.shown as select * from app.notes where id > 1; grant select on app.shown to $role;',
  );
  expect(seen).toEqual([
    'app.shown: none; whether a persona gets in was not evaluated for select: there is no row of it that could be asked about',
  ]);
});

test('a materialized view that nobody declared is read, too', async () => {
  const seen = await told(
    'insert into app.notes values (7); create materialized view app.shown as table app.notes; grant select on app.shown to $role;',
  );
  expect(seen).toEqual(['app.shown: none; ann, bob may select']);
});

test('a table that no row gets into, for a rule takes the place of each insert, is not said to be open to inserts', async () => {
  const table =
    'create table app.shown (id int primary key); create rule nothing as on insert to app.shown do instead nothing;';
  const open = 'none, and row level security is off';
  expect(await told(table)).toEqual([
    `app.shown: ${open}; whether a persona gets in was not evaluated for insert: there is no row of it that could be asked about`,
  ]);
  expect(await told(`${table} grant delete on app.shown to $role;`)).toEqual([
    `app.shown: ${open}; ann, bob may delete; whether any other persona gets in was not evaluated for insert: there is no row of it that could be asked about`,
  ]);
});

test('two runs try the same statements, also on rows that were generated with random keys and times as defaults', async () => {
  await database.client.query(`
    drop schema if exists app cascade; create schema app; grant usage on schema app to ${role.name};
    create table app.shown (id uuid primary key default gen_random_uuid(), at timestamptz not null default now(), day date default current_date);
    create table app.child (id uuid primary key, shown uuid not null references app.shown);
    create table app.late (at timestamptz not null default clock_timestamp() check (at > '2020-01-01'));
    grant select, insert, update, delete on all tables in schema app to ${role.name};`);
  const subject = await readSubject(database.client, ['app'], []);
  const personas = [{ name: 'ann', role: role.name, settings: {} }];
  const run = () => probe(database.client, subject, personas, { world: [], access: {} });
  const once = await run();
  expect(once.cells.filter(({ table, outcome }) => table !== 'app.late' && outcome === 'not evaluated')).toEqual([]);
  expect(once.cells.find(({ table, command }) => table === 'app.late' && command === 'select')?.outcome).toBe(
    'allowed',
  );
  const withoutLate = ({ cells }: typeof once) => cells.filter(({ table }) => table !== 'app.late');
  expect(withoutLate(await run())).toEqual(withoutLate(once));
});
