import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CommandRule, Explanation, RowRule } from '../../../src/access/explain/model.ts';
import { explanationText } from '../../../src/access/explain/text.ts';
import type { Config } from '../../../src/config/schema.ts';
import { answerAccess } from '../../../src/proof/access.ts';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';
import { freshRole } from '../../support/roles.ts';

type Role = Awaited<ReturnType<typeof freshRole>>;

let database: TestDatabase;
let roles: readonly Role[];
let user: Role;
let readers: Role;
let notes: Explanation;

const setup = (): string => `
  create schema app;
  grant usage on schema app to public;
  create table app.notes (id int primary key, owner text not null, body text, locked boolean not null default false);
  alter table app.notes enable row level security;
  grant ${readers.name} to ${user.name};
  grant select on app.notes to ${readers.name};
  grant insert on app.notes to ${user.name};
  grant update (body) on app.notes to ${user.name};
  grant delete on app.notes to ${user.name};
  create function app.me() returns text language sql stable return current_setting('test.me', true);
  create policy see on app.notes for select to ${readers.name} using (owner = app.me() or app.me() = 'boss');
  create policy own on app.notes to ${user.name} using (owner = app.me());
  create policy unlocked on app.notes as restrictive for update to public using (not locked);
  create function app.keep() returns trigger language plpgsql as $$ begin raise 'Notes stay.' using errcode = 'P0042'; end $$;
  create trigger keep before delete on app.notes for each row execute function app.keep();
  create table app.open (id int primary key);
  grant select on app.open to ${user.name};
  create view app.seen with (security_invoker) as select * from app.notes;
  grant select on app.seen to ${user.name};`;

beforeAll(async () => {
  database = await freshDatabase();
  [user, readers] = [await freshRole(), await freshRole()];
  roles = [user, readers];
  await database.client.query(setup());
  notes = (await ask('notes')) as Explanation;
});

afterAll(async () => {
  await database.drop();
  for (const role of roles) await role.drop();
});

const line = (mine: string, boss: string) => ({ me: mine, boss });

async function ask(table: string): Promise<Explanation | null> {
  const personas = Object.fromEntries(
    ['me', 'boss'].map((name) => [name, { role: user.name, settings: { 'test.me': name } }]),
  );
  const row = { insert: { id: 9, owner: 'me' }, update: { body: 'new' } };
  const config = {
    name: 'Test',
    api: ['app'],
    proven: ['app'],
    personas,
    access: {
      'app.notes': { mine: line('S I U !D(P0042)', 'S'), locked: line('S I !D(P0042)', 'S') },
      'app.open': { any: line('S', 'S') },
      'app.seen': { mine: line('S', 'S') },
    },
    functions: {},
    world: [
      { table: 'app.notes', row: 'mine', values: { id: 1, owner: 'me' }, ...row },
      { table: 'app.notes', row: 'locked', values: { id: 2, owner: 'me', locked: true }, ...row },
    ],
  } as unknown as Config;
  return (await answerAccess(database.url, config, { table, explain: true })).explanation;
}

function ruleOf(persona: string, command: string): CommandRule {
  const own = notes.personas.find((one) => one.persona === persona);
  return own?.commands.find((one) => one.command === command) as CommandRule;
}

const rowOf = (persona: string, command: string, row: string): RowRule =>
  ruleOf(persona, command).rows.find((one) => one.row === row) as RowRule;

test('a grant is told with the way to it: of a group, of columns, and none', () => {
  expect(ruleOf('me', 'select').grants).toEqual([
    { privilege: 'SELECT', columns: null, through: [user.name, readers.name], without: null },
  ]);
  expect(ruleOf('me', 'update').grants).toEqual([
    { privilege: 'UPDATE', columns: ['body'], through: [user.name], without: null },
  ]);
  expect(ruleOf('me', 'update').columns).toEqual({ granted: ['body'], of: 4 });
});

test('the policies that apply to a command and a role are told apart: permissive and restrictive', () => {
  expect(ruleOf('me', 'select')).toMatchObject({ permissive: ['own', 'see'], restrictive: [] });
  expect(ruleOf('me', 'update')).toMatchObject({ permissive: ['own'], restrictive: ['unlocked'] });
  expect(ruleOf('me', 'insert')).toMatchObject({ permissive: ['own'], restrictive: [] });
});

test('each policy is evaluated for each class of rows as the persona, with the terms of its condition', () => {
  const see = rowOf('boss', 'select', 'mine').policies.find(({ policy }) => policy === 'see');
  expect(see).toMatchObject({ clause: 'using', about: 'the row', value: true });
  expect(see?.terms.map(({ value }) => value)).toEqual([false, true]);
  expect(rowOf('boss', 'select', 'mine').why).toBe('Let through by “see”.');
  expect(rowOf('me', 'select', 'mine').why).toBe('Let through by “own”, “see”.');
});

test('a row that is written is judged by USING where a policy has no WITH CHECK', () => {
  expect(rowOf('me', 'insert', 'mine').policies).toMatchObject([
    { policy: 'own', clause: 'using', about: 'the inserted row', value: true },
  ]);
  expect(rowOf('boss', 'insert', 'mine')).toMatchObject({ outcome: 'policy violation' });
  expect(rowOf('boss', 'insert', 'mine').why).toBe('“own” is false, and no other lets it through.');
});

test('a restrictive policy that is false is what keeps a row out', () => {
  expect(rowOf('me', 'update', 'mine').outcome).toBe('allowed');
  expect(rowOf('me', 'update', 'locked')).toMatchObject({
    outcome: 'filtered',
    why: 'Kept out by the restrictive “unlocked”, which is false.',
  });
});

test('a trigger that refuses is named with its function', () => {
  expect(ruleOf('me', 'delete').triggers).toEqual(['keep']);
  expect(rowOf('me', 'delete', 'mine')).toMatchObject({
    outcome: 'refused',
    verdict: 'holds',
    why: 'Access was allowed, and function app.keep() raised an error.',
  });
});

test('the text says it in words, with personas of the same rule together', async () => {
  const text = explanationText(notes);
  expect(text).toContain('policy “unlocked”: restrictive, for update, to public');
  expect(text).toContain(`SELECT to ${readers.name}, of which it is a member (${user.name} → ${readers.name})`);
  expect(text).toContain('“own”, and all of the restrictive “unlocked”');
  expect(explanationText((await ask('open')) as Explanation)).toContain(`me, boss (role ${user.name})`);
});

test('a table without row level security, and a view with its caller’s rights, are told as such', async () => {
  const open = await ask('open');
  expect(open?.personas[0]?.rowSecurity).toEqual({ state: 'off', why: 'row level security is not enabled' });
  expect(open?.personas[0]?.commands[0]?.rows[0]?.why).toBe('No policy is asked: row level security is not enabled.');
  expect((await ask('seen'))?.view).toEqual({ rights: 'caller', reads: ['app.notes'] });
});
