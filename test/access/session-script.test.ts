import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { WorldRow } from '../../src/access/model.ts';
import { sessionScript } from '../../src/access/session-script.ts';
import { readRelations } from '../../src/catalog/relations.ts';
import { freshDatabase, onRealServer, real, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

let database: TestDatabase;
let role: Awaited<ReturnType<typeof freshRole>>;
let folder: string;

beforeAll(async () => {
  if (!real) return;
  database = await freshDatabase();
  role = await freshRole();
  folder = await mkdtemp(join(tmpdir(), 'rolecall-psql-'));
  await database.client.query(`
    create schema app; grant usage on schema app to ${role.name};
    create table app.people (name text primary key);
    create table app.profiles (name text primary key references app.people on delete cascade);
    create table app.notes (id int primary key, owner text references app.people, note text check (note <> 'bad'));
    create function app.join() returns trigger language plpgsql as $$
      begin insert into app.profiles values (new.name); return new; end $$;
    create trigger joining after insert on app.people for each row execute function app.join();
    grant select on all tables in schema app to ${role.name};
    alter table app.notes enable row level security;
    create policy own on app.notes using (owner = current_setting('test.me', true));`);
});

afterAll(async () => {
  if (!real) return;
  await database.drop();
  await role.drop();
  await rm(folder, { recursive: true });
});

const world: WorldRow[] = [
  { table: 'app.people', values: { name: "o'hara" } },
  { table: 'app.people', values: { name: 'gone' } },
  { table: 'app.profiles', existing: true, values: { name: "o'hara" } },
  { table: 'app.profiles', existing: 'removed', values: { name: 'gone' } },
  { table: 'app.notes', row: "o'hara's", values: { id: 1, owner: "o'hara", note: 'a :name, "quoted" \\ and more' } },
  { table: 'app.notes', row: 'bad', values: { id: 2, owner: "o'hara", note: 'bad' } },
  { table: 'app.nowhere', row: 'x', values: { id: 3 } },
];

/** What psql prints for statements that follow the script. */
async function psql(...statements: string[]): Promise<{ output: string; errors: string }> {
  const relations = await readRelations(database.client, { schemas: ['app'] });
  const persona = { name: "o'hara", role: role.name, settings: { 'test.me': "o'hara" } };
  const PSQLRC = join(folder, 'psqlrc');
  await writeFile(PSQLRC, sessionScript(persona, world, relations));
  const args = [database.url, '--no-align', '--tuples-only', ...statements.flatMap((sql) => ['-c', sql])];
  const { stdout, stderr } = spawnSync('psql', args, { env: { ...process.env, PSQLRC }, encoding: 'utf8' });
  return { output: stdout, errors: stderr };
}

onRealServer(
  'psql starts as the persona, with the rows of the world, those that the database makes included',
  async () => {
    const { output } = await psql('select current_user', 'table app.notes', 'table app.profiles');
    expect(output).toBe(
      [
        "In a transaction with the rows of the world, as o'hara. Leaving psql rolls it back.",
        role.name,
        `1|o'hara|a :name, "quoted" \\ and more`,
        "o'hara",
        '',
      ].join('\n'),
    );
    expect((await database.client.query('table app.people')).rows).toEqual([]);
  },
);

onRealServer('a row of the world that cannot be added is named, and the others are there', async () => {
  const { output, errors } = await psql('select count(*) from app.notes');
  expect(errors).toContain('violates check constraint "notes_note_check"');
  expect(errors).toContain('The world lacks a row of app.notes (bad), since the statement above failed.');
  expect(errors).toContain('The world lacks a row of app.nowhere (x): there is no such table.');
  expect(errors.match(/The world lacks/g)).toHaveLength(2);
  expect(output).toContain('\n1\n');
});

onRealServer('after a statement that fails, the session goes on', async () => {
  const { output, errors } = await psql('delete from app.notes', 'select count(*) from app.notes');
  expect(errors).toContain('permission denied for table notes');
  expect(output).toContain('\n1\n');
});
