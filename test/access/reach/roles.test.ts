import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Reaching, reaching } from './reached.ts';

let it: Reaching;

beforeAll(async () => {
  it = await reaching();
});

afterAll(() => it.drop());

/** The roles have names of their own in each run. */
const named = (text: string): string => text.replaceAll(/\bclient\b/g, it.role).replaceAll(/\bteam\b/g, it.team);
const plain = (text: string): string => text.replaceAll(it.role, 'client').replaceAll(it.team, 'team');

/** SQL, the lines that `known` needs for it, and what is told of the first. */
const allowed: Record<string, { sql: string; lines: string[]; seen: RegExp }> = {
  SUPERUSER: {
    sql: 'alter role client superuser bypassrls',
    lines: ['role client superuser'],
    seen: /no policy holds for it$/,
  },
  BYPASSRLS: {
    sql: 'alter role client bypassrls',
    lines: ['role client bypassrls'],
    seen: /^client has BYPASSRLS: no policy holds for it$/,
  },
  CREATEROLE: {
    sql: 'alter role client createrole',
    lines: ['role client createrole'],
    seen: /^client has CREATEROLE/,
  },
  CREATEDB: { sql: 'alter role client createdb', lines: ['role client createdb'], seen: /^client has CREATEDB/ },
  REPLICATION: {
    sql: 'alter role client replication',
    lines: ['role client replication'],
    seen: /^client has REPLICATION/,
  },
  'a membership': {
    sql: 'grant team to client',
    lines: ['role client member of team'],
    seen: /^client is a member of team: it has the privileges of that role, and it may become it$/,
  },
  'a membership that only SET ROLE uses': {
    sql: 'alter role client noinherit; grant team to client',
    lines: ['role client member of team'],
    seen: /^client is a member of team: it may become it$/,
  },
  'a membership in a role that no policy holds for': {
    sql: 'alter role team bypassrls; grant team to client',
    lines: ['role client member of team', 'role team bypassrls'],
    seen: /no policy holds for that role$/,
  },
  'ADMIN OPTION': {
    sql: 'grant team to client with admin option',
    lines: ['role client admin of team', 'role client member of team'],
    seen: /^client has ADMIN OPTION on team: it may make itself and others members$/,
  },
  "a membership in one of PostgreSQL's own roles": {
    sql: 'grant pg_read_all_data to client',
    lines: ['role client member of pg_read_all_data'],
    seen: /it reads every table, view and sequence$/,
  },
  'a membership of a role that it is a member of': {
    sql: 'grant pg_execute_server_program to team; grant team to client',
    lines: ['role team member of pg_execute_server_program', 'role client member of team'],
    seen: /it runs programs on the server's machine, as the server's user; client may become team$/,
  },
  'an attribute of a role that it may become': {
    sql: 'create role far createrole; grant far to team; grant team to client',
    lines: ['role far createrole', 'role team member of far', 'role client member of team'],
    seen: /^far has CREATEROLE: .*; client may become far$/,
  },
  'a setting that changes what is seen': {
    sql: 'alter role client set row_security = off',
    lines: ['role client setting row_security'],
    seen: /^row_security=off: /,
  },
  'a setting for this database': {
    sql: `do $$ begin execute format('alter role client in database %I set search_path = leak', current_database()); end $$`,
    lines: ['role client setting search_path'],
    seen: /^search_path=leak: /,
  },
  'a setting of every role': {
    sql: `do $$ begin execute format('alter database %I set session_replication_role = replica', current_database()); end $$`,
    lines: ['database setting session_replication_role'],
    seen: /^session_replication_role=replica: /,
  },
  "a setting like the personas'": {
    sql: "alter role client set test.is_admin = 'true'",
    lines: ['role client setting test.is_admin'],
    seen: /^test.is_admin=true: policies and functions may read it$/,
  },
  'ownership in a schema that is proven': {
    sql: 'create table app.mine (id int); alter table app.mine owner to client; create table app.second (id int); alter table app.second owner to client',
    lines: ['role client owner in app'],
    seen: /^client owns table app.mine, table app.second: it may change and drop them/,
  },
  'a role that it may become and that no persona has': {
    sql: 'alter role client noinherit; grant team to client; create table app.staff (id int); grant select on app.staff to team',
    lines: ['role team without a persona', 'role client member of team'],
    seen: /^team has privileges on table app.staff, and no persona/,
  },
  'a table that inherits from one that is proven': {
    sql: 'create table app.cards (id int); grant select on app.cards to client; create schema far; create table far.secret () inherits (app.cards)',
    lines: ['table far.secret'],
    seen: /^it inherits app.cards: its rows are reached there, with the privileges and policies of that table alone$/,
  },
  'a proven table that inherits from one of which a column may be changed': {
    sql: 'create table app.cards (id int); grant update (id) on app.cards to client; create table app.between () inherits (app.cards); create table app.secret () inherits (app.between)',
    lines: ['table app.between', 'table app.secret'],
    seen: /^it inherits app.cards: /,
  },
  "a table that inherits from one of PostgreSQL's own": {
    sql: 'create table app.cards (pan text) inherits (information_schema.sql_features)',
    lines: ['table app.cards'],
    seen: /^it inherits information_schema.sql_features: /,
  },
  'a function in which its caller is somebody else': {
    sql: `create function app.mine() returns int language sql set test.me = 'you' as 'select 1'; grant execute on function app.mine() to client`,
    lines: ['function app.mine() setting test.me'],
    seen: /^test.me=you: within it, policies and functions see another caller/,
  },
  'a trigger in which its caller is somebody else': {
    sql: "create function app.on_write() returns trigger language plpgsql set test.me = 'you' as 'begin return new; end'; revoke execute on function app.on_write() from public",
    lines: ['function app.on_write() setting test.me'],
    seen: /^test.me=you: /,
  },
  'a function in which no trigger holds': {
    sql: "create function app.quiet() returns int language sql security definer set session_replication_role = 'replica' as 'select 1'",
    lines: ['function app.quiet() setting session_replication_role'],
    seen: /^session_replication_role=replica: /,
  },
  'default privileges of another role': {
    sql: 'alter default privileges for role team in schema leak grant select on tables to client',
    lines: ['default privileges of team in leak'],
    seen: /^tables: SELECT to client$/,
  },
  'default privileges for everybody': {
    sql: 'alter default privileges for role team in schema app grant insert on tables to public; alter default privileges for role team in schema app grant usage on sequences to client',
    lines: ['default privileges of team in app'],
    seen: /^sequences: USAGE to client; tables: INSERT to PUBLIC$/,
  },
  'default privileges in every schema': {
    sql: 'alter default privileges for role team grant select on tables to client',
    lines: ['default privileges of team'],
    seen: /^tables: SELECT to client$/,
  },
};

const settings = { 'test.me': 'me' };

describe.each(Object.entries(allowed))('%s', (_, { sql, lines, seen }) => {
  test('is told', async () => {
    const deviations = await it.deviations(named(sql), { settings });
    expect(deviations.map(({ where }) => plain(where)).toSorted()).toEqual(
      lines.map((line) => `me, you · ${line}`).toSorted(),
    );
    const first = deviations.find(({ where }) => plain(where).endsWith(` · ${lines[0]}`));
    expect(plain(first?.seen ?? '')).toMatch(seen);
  });

  test('is not told when it is known with a reason', async () => {
    const known = Object.fromEntries(lines.map((line) => [named(line), 'Because.']));
    expect(await it.deviations(named(sql), { settings, known })).toEqual([]);
  });
});

test('a role that the configuration names and no persona has is told with what it has', async () => {
  const sql = named('create table app.staff (id int); grant select on app.staff to team');
  const deviations = await it.deviations(sql, { roles: [it.team] });
  expect(deviations.map(({ where }) => plain(where))).toEqual(['team · role team without a persona']);
});

const silent: Record<string, string> = {
  'a role without privileges, attributes or memberships': 'select 1',
  'USAGE of a schema in which nothing is open':
    'create schema other; grant usage on schema other to client; create table other.closed (id int)',
  'an open table in a schema that it may not use':
    'create schema other; create table other.cards (id int); grant select on other.cards to client',
  'a privilege in a schema that is proven': 'create table app.cards (id int); grant select on app.cards to client',
  'a partition':
    'create table app.days (at date) partition by range (at); grant select on app.days to client; create schema far; create table far.rest partition of app.days default',
  'a table that inherits from one that it may not read or change':
    'create table app.cards (id int); create table app.secret () inherits (app.cards); grant insert on app.cards to client',
  'a function with a setting of its own that says nothing of its caller':
    "create function app.mine() returns int language sql set search_path = '' set statement_timeout = '1s' as 'select 1'; create function app.theirs() returns int language sql set test.me = 'you' as 'select 1'; revoke execute on function app.theirs() from public",
  'a trigger function, which no statement can call':
    "create function leak.note() returns trigger language plpgsql as 'begin return new; end'",
  'the USAGE of types that PostgreSQL gives to everybody': "create type leak.color as enum ('red')",
  'members of the client role':
    'grant client to team; create table leak.cards (id int); grant select on leak.cards to team',
  'what another role has':
    'create table leak.cards (id int); grant select on leak.cards to team; alter role team bypassrls',
  'a setting that changes nothing of what is seen': "alter role client set statement_timeout = '3s'",
  'default privileges in a schema that it may not use':
    'create schema other; alter default privileges for role team in schema other grant select on tables to client',
  "PostgreSQL's own default privileges":
    'alter default privileges for role team revoke execute on functions from public; alter default privileges for role team grant execute on functions to public',
  'what the check default-privileges-closed tells of':
    'create table app.cards (id int); alter default privileges in schema app grant select on tables to client',
  'what an extension makes': 'create extension vector schema leak',
};

test.each(Object.entries(silent))('%s: nothing is told', async (_, sql) => {
  expect(await it.deviations(named(sql), { settings })).toEqual([]);
});

test('what is granted on an object of an extension besides is told, and can be known by the extension', async () => {
  const sql = named(
    'create extension vector schema leak; create table leak.lists (id int); alter extension vector add table leak.lists; grant select on leak.lists to client',
  );
  const where = (await it.deviations(sql)).map((one) => one.where);
  expect(where).toEqual(['me, you · SELECT · table leak.lists']);
  expect(await it.deviations(sql, { known: { 'extension vector': 'It has lists.' } })).toEqual([]);
});

test('a schema that is known has everything in it known, and nothing of others', async () => {
  const sql = named(
    'create table leak.cards (id int); create sequence leak.numbers; grant select on leak.cards, leak.numbers to client; alter default privileges for role team in schema leak grant select on tables to client; create schema other; grant usage on schema other to client; create table other.cards (id int); grant select on other.cards to client',
  );
  const deviations = await it.deviations(sql, { known: { 'schema leak': 'It is the host’s.' } });
  expect(deviations.map(({ where }) => where)).toEqual(['me, you · SELECT · table other.cards']);
});

test('a line that nothing needs deviates, unless it is for what a hosting service has', async () => {
  const known = {
    'table leak.cards': 'It is public.',
    'schema leak': 'It is ours.',
    'host schema storage': 'Supabase has it.',
  };
  const deviations = await it.deviations('select 1', { known });
  expect(deviations.map(({ where, seen }) => [where, seen])).toEqual([
    ['table leak.cards', 'nothing that a client role reaches'],
    ['schema leak', 'nothing that a client role reaches'],
  ]);
});

test('what a hosting service has is known by a line for it', async () => {
  const sql = named('create table leak.cards (id int); grant select on leak.cards to client');
  expect(await it.deviations(sql, { known: { 'host table leak.cards': 'Supabase has it.' } })).toEqual([]);
});

test('a schema of the host is known for what the host owns there, and not for what our migrations make or grant', async () => {
  const known = { 'host schema leak': 'The host makes all of it.' };
  const hosts = 'create table leak.files (id int); alter table leak.files owner to team; create sequence leak.numbers;';
  const granted = `${hosts} alter sequence leak.numbers owner to team; grant usage on schema leak to team; set local role team; grant usage on sequence leak.numbers to client; grant select on leak.files to client with grant option;`;
  expect(await it.deviations(named(granted), { known })).toEqual([]);
  const ours = `${hosts} create table leak.notes (id int); create function leak.note() returns int language sql as 'select 1';
    grant usage on sequence leak.numbers to client; grant select on leak.notes to client; grant create on schema leak to client`;
  const deviations = await it.deviations(named(ours), { known });
  expect(deviations.map(({ where }) => where).toSorted()).toEqual([
    'me, you · CREATE · schema leak',
    'me, you · EXECUTE · function leak.note()',
    'me, you · SELECT · table leak.notes',
    'me, you · USAGE · sequence leak.numbers',
  ]);
  const byName = ['schema leak', 'function leak.note()', 'sequence leak.numbers', 'table leak.notes'];
  const each = Object.fromEntries(byName.map((line) => [line, 'Because.']));
  expect(await it.deviations(named(ours), { known: { ...known, ...each } })).toEqual([]);
});

test('what our migrations grant on of an object of the host is not known by its schema', async () => {
  const sql =
    named(`create role far; create schema graphile_migrate authorization far; grant usage on schema leak to far;
    create table leak.files (id int); create table leak.buckets (id int); alter table leak.files owner to team; grant select on leak.files to far with grant option;
    grant select on leak.buckets to client; set local role far; grant select on leak.files to client`);
  const deviations = await it.deviations(sql, { known: { 'host schema leak': 'The host makes all of it.' } });
  expect(deviations.map(({ where }) => where)).toEqual(['me, you · SELECT · table leak.files']);
});

test('it takes no superuser to ask', async () => {
  const sql = named(
    'select lo_create(4711); grant select on large object 4711 to client; alter role client createrole; grant set on parameter log_statement to client; set local role team',
  );
  const where = (await it.deviations(sql)).map((one) => plain(one.where));
  expect(where).toEqual([
    'me, you · role client createrole',
    'me, you · SELECT · large objects',
    'me, you · SET · parameter log_statement',
  ]);
});

test('what shows a finding can be pasted, and what to do about it is said', async () => {
  const sql = named('create table leak.cards (id int); grant select on leak.cards to client');
  const [deviation] = await it.deviations(sql);
  expect(plain(deviation?.evidence ?? '')).toBe(
    'begin;\nset local role "client";\nselect * from leak.cards limit 0;\nrollback;',
  );
  expect(plain(deviation?.fix ?? '')).toBe(
    'Revoke it from client; prove it: add leak to ⟦proven⟧ and declare it in ⟦access⟧; or give "table leak.cards" a reason in ⟦known⟧.',
  );
});
