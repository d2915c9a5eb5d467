import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Command, Outcome, WorldRow } from '../../src/access/model.ts';
import { type Probes, probe } from '../../src/access/probe.ts';
import { readSubject } from '../../src/access/subject.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

let database: TestDatabase;
let reader: Awaited<ReturnType<typeof freshRole>>;
let probes: Probes;

const world: WorldRow[] = ['closed', 'guarded'].map((table) => ({
  table: `app.${table}`,
  row: 'any',
  values: { id: 1, text: 'hello' },
  insert: { id: 2, text: 'new' },
  update: { text: 'changed' },
}));

beforeAll(async () => {
  database = await freshDatabase();
  reader = await freshRole();
  await database.client.query(`
    create schema app;
    create schema elsewhere;
    grant usage on schema app, elsewhere to ${reader.name};
    create table app.closed (id int primary key, text text);
    create table app.guarded (id int primary key, text text);
    create table elsewhere.guarded ();
    grant select, insert, update, delete on app.guarded to ${reader.name};
    create function app.guard() returns trigger language plpgsql as $$
      begin
        if current_setting('test.me', true) = 'me' then
          perform from elsewhere.guarded;
        end if;
        return new;
      end $$;
    create trigger guard before insert on app.guarded for each row execute function app.guard();
  `);
  const subject = await readSubject(database.client, ['app'], world);
  const personas = ['me', 'you'].map((name) => ({ name, role: reader.name, settings: { 'test.me': name } }));
  probes = await probe(database.client, subject, personas, { world, access: {} });
});

afterAll(async () => {
  await database.drop();
  await reader.drop();
});

function outcomes(table: string, persona: string): Record<string, Outcome> {
  const cells = probes.cells.filter((cell) => cell.table === `app.${table}` && cell.persona === persona);
  return Object.fromEntries(cells.map(({ command, outcome }) => [command, outcome])) as Record<Command, Outcome>;
}

test('a privilege that a role lacks is told of each of its personas', () => {
  const none = { select: 'no grant', insert: 'no grant', update: 'no grant', delete: 'no grant' };
  expect(outcomes('closed', 'me')).toEqual(none);
  expect(outcomes('closed', 'you')).toEqual(none);
});

test('a denial from within, in words like those about the table, is an error, and nothing of the role’s', () => {
  expect(outcomes('guarded', 'me').insert).toBe('error');
  expect(outcomes('guarded', 'you')).toEqual({
    select: 'allowed',
    insert: 'allowed',
    update: 'allowed',
    delete: 'allowed',
  });
});
