import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectionStringsFrom, databaseOf, withDatabase } from '../../src/database/urls.ts';
import { putBackText, type RolesPutBack, rememberRoles } from '../../src/migrations/roles/put-back.ts';
import { readRolesState } from '../../src/migrations/roles/state.ts';
import { mayChangeRoles } from '../../src/migrations/roles/touches.ts';
import { asRoot, freshDatabase, serverUrl, type TestDatabase } from '../support/databases.ts';

const id = randomUUID().slice(0, 8);
const [one, other, group, added] = ['one', 'other', 'group', 'added'].map((name) => `put_back_${name}_${id}`) as [
  string,
  string,
  string,
  string,
];
let main: TestDatabase;
let shadow: string;

beforeAll(async () => {
  main = await freshDatabase();
  shadow = withDatabase(serverUrl, `${databaseOf(main.url)}_shadow`);
});

afterAll(async () => {
  await main.drop();
  await asRoot((root) => root.query(`drop database if exists ${databaseOf(shadow)} with (force)`));
});

beforeEach(async () => {
  await asRoot(async (root) => {
    for (const name of [one, other, group]) await root.query(`create role ${name}`);
    await root.query(`grant ${group} to ${one}`);
    await root.query(`alter role ${one} set search_path = "$user", public, "Odd name"`);
    await root.query(`alter role ${one} set statement_timeout = '3s'`);
    await root.query(`alter role ${one} set app.greeting = 'it''s me'`);
    await root.query(`comment on role ${one} is 'The first.'`);
  });
});

afterEach(async () => {
  await asRoot(async (root) => {
    for (const name of [one, other, group, added, `${one}_new`]) await root.query(`drop role if exists ${name}`);
  });
});

/** Runs a migration's statements, undoes what they did to roles, and gives what was undone; equal to before, with \`exact\`. */
async function undone(sql: string, exact = true): Promise<RolesPutBack> {
  const urls = connectionStringsFrom({ DATABASE_URL: main.url, ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  const before = await ourState();
  const putBack = await rememberRoles({ ...urls, shadow }, sql);
  await main.client.query(sql);
  const result = await putBack();
  if (exact) expect({ stays: ours(result.stays), state: await ourState() }).toEqual({ stays: [], state: before });
  return result;
}

/** Of the roles of this test only: other tests of the run have theirs. */
async function ourState() {
  const { roles, memberships, settings } = await readRolesState(main.client, (name) => name !== databaseOf(shadow));
  return {
    roles: roles
      .filter(({ name }) => name.includes(id))
      .map((role) => ({ ...role, settings: role.settings.toSorted() })),
    memberships: memberships.filter(({ role }) => role.includes(id)),
    settings: settings
      .filter(({ role, database }) => role?.includes(id) || database === databaseOf(main.url))
      .map((setting) => JSON.stringify(setting))
      .sort(),
  };
}

/** The sentences on roles of this test: other tests of the run create and drop theirs meanwhile. */
const ours = (sentences: readonly string[]): string[] => sentences.filter((sentence) => sentence.includes(id));

test('a role has its attributes again, and the one statement says so', async () => {
  const result = await undone(`alter role ${one} bypassrls login createdb connection limit 3`);
  expect(ours(result.ran)).toEqual([`alter role ${one} nocreatedb nologin nobypassrls connection limit -1`]);
  expect(putBackText({ ran: ours(result.ran), stays: [] })).toContain('nobypassrls');
});

test('a role has its comment and its settings again, lists and quotes included', async () => {
  await undone(`
    comment on role ${one} is null;
    alter role ${one} set search_path = other;
    alter role ${one} reset statement_timeout;
    alter role ${one} set app.greeting = 'changed';
    alter role ${one} set work_mem = '8MB'`);
});

test('settings of a role in one database, and of that database, are as before', async () => {
  await undone(`
    alter role ${one} in database ${databaseOf(main.url)} set work_mem = '8MB';
    alter database ${databaseOf(main.url)} set work_mem = '16MB'`);
});

test('settings that somebody else gives another database meanwhile stay', async () => {
  const theirs = await freshDatabase();
  try {
    const name = databaseOf(theirs.url);
    const urls = connectionStringsFrom({ DATABASE_URL: main.url, ROOT_DATABASE_URL: serverUrl });
    if (!urls) throw new Error('There is no server under test.');
    // A block of code may change any role, as far as its text tells.
    const putBack = await rememberRoles({ ...urls, shadow }, 'do $$ begin perform 1; end $$');
    await main.client.query(
      `alter database ${name} set app.theirs = 'yes'; alter role ${one} in database ${name} set app.theirs = 'yes'`,
    );
    expect(ours((await putBack()).ran)).toEqual([]);
    const { settings } = await readRolesState(main.client, (database) => database === name);
    expect(settings.filter(({ database }) => database === name)).toHaveLength(2);
  } finally {
    await theirs.drop();
  }
});

test('a role that somebody else creates meanwhile stays, though its name is part of a word of the migration', async () => {
  const urls = connectionStringsFrom({ DATABASE_URL: main.url, ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  const putBack = await rememberRoles({ ...urls, shadow }, `do $$ begin perform '${added}_and_more'; end $$`);
  await asRoot((root) => root.query(`create role ${added}`));
  const { ran, stays } = await putBack();
  expect(ours(ran)).toEqual([]);
  expect(stays).toContainEqual(expect.stringContaining(`The role ${added} was created meanwhile.`));
});

test('members are those that were, with their options', async () => {
  await undone(`revoke ${group} from ${one}; grant ${group} to ${other} with admin option`);
  await undone(`grant ${group} to ${one} with admin option`);
});

test('a role that was renamed has its name again', async () => {
  await undone(`alter role ${other} rename to ${one}_new`);
});

test('a role that was created is dropped, with what it owned in the shadow database', async () => {
  await asRoot((root) => root.query(`create database ${databaseOf(shadow)}`));
  const result = await undone(`create role ${added}; grant ${group} to ${added}`);
  expect(ours(result.ran).at(-1)).toBe(`drop role ${added}`);
});

test('a role that the migration created under a name in capitals is dropped', async () => {
  const result = await undone(`create role ${added.toUpperCase()}`);
  expect(ours(result.ran)).toEqual([`drop role ${added}`]);
});

test('a role that owns something elsewhere stays, and is named', async () => {
  const { stays } = await undone(`create role ${added}; create schema elsewhere authorization ${added}`, false);
  expect(ours(stays)).toEqual([
    expect.stringMatching(`^\`drop role ${added}\` could not undo what the migration did: .*depend`),
  ]);
  await main.client.query('drop schema elsewhere');
});

test('a role that was dropped is named, since its password is not known', async () => {
  const { stays } = await undone(`drop role ${other}`, false);
  expect(ours(stays)).toEqual([`The role ${other} was dropped, and has to be created again by hand.`]);
});

test('a role that the migration does not name stays, since somebody else may have created it', async () => {
  const { stays } = await undone(
    `do $$ begin execute 'create role ' || replace('${added.replace('put', 'p.t')}', 'p.t', 'put'); end $$`,
    false,
  );
  expect(ours(stays)).toEqual([`The role ${added} was created meanwhile. Drop it if the migration did that.`]);
});

test('what a role has that the migration does not name stays too: its memberships and its settings', async () => {
  const hidden = added.replace('put', 'p.t');
  const { ran } = await undone(
    `do $$ declare name text := replace('${hidden}', 'p.t', 'put'); begin
       execute format('create role %I in role ${group}', name);
       execute format('alter role %I set work_mem = 1024', name);
     end $$`,
    false,
  );
  expect(ran.filter((statement) => statement.includes(added))).toEqual([]);
  const { memberships, settings } = await ourState();
  expect(memberships.filter(({ member }) => member === added)).toHaveLength(1);
  expect(settings.filter((setting) => setting.includes(added))).toHaveLength(1);
});

test('attributes that a DO block changes are put back too', async () => {
  await undone(
    `do $$ begin execute format('alter role %I bypassrls', (select rolname from pg_roles where rolname = '${one}')); end $$`,
  );
});

test.each([
  ['create table a (b int)', false],
  ['create policy a on b using (true)', false],
  ['alter role a bypassrls', true],
  ['grant a to b', true],
  ['grant select on a to b', false],
  ['alter role a rename to b', true],
  ["comment on role a is 'b'", true],
  ['alter database a set work_mem = 1', true],
  ['do $$ begin end $$', true],
  ['select a()', true],
])('whether `%s` may change roles: %s', async (sql, expected) => {
  expect(await mayChangeRoles(sql)).toBe(expected);
});

test('nothing is done and nothing said when no role was changed', async () => {
  expect(putBackText({ ran: ours((await undone('select 1')).ran), stays: [] })).toBe('');
});
