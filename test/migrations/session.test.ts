import { describe, expect, test } from '@jest/globals';
import { readCommitted } from '../../src/migrations/committed.ts';
import { sessionDeviations } from '../../src/migrations/session/deviations.ts';

/** Where a migration deviates, and what was seen. */
async function said(sql: string, transaction = true): Promise<string[]> {
  const deviations = await sessionDeviations({ name: 'current.sql', sql, transaction });
  return deviations.map(({ where, seen }) => `${where}: ${seen}`);
}

describe('a migration that is not one transaction', () => {
  const ending = [
    'commit',
    'end',
    'rollback',
    'abort',
    'begin',
    'start transaction',
    "prepare transaction 'later'",
    "commit prepared 'later'",
    'commit and chain',
  ];

  test.each(ending)('is refused for `%s`, with its line', async (statement) => {
    expect(await said(`comment on table a is 'Half.';\n\n-- A reason.\n${statement};\nselect 1;`)).toEqual([
      expect.stringMatching(`^current.sql · line 4: \`${statement}\`: it `),
    ]);
  });

  test('may use savepoints', async () => {
    expect(await said('savepoint a; rollback to a; release savepoint a; set constraints all deferred;')).toEqual([]);
  });

  test('may end transactions of its own when its header says that it runs without one', async () => {
    expect(await said('--! no-transaction\nbegin; select 1; commit;', false)).toEqual([]);
  });

  test('is refused when it runs without one, and leaves one open', async () => {
    expect(await said('begin; select 1; commit and chain; select 2;', false)).toEqual([
      'current.sql · line 1: `commit and chain`: its transaction stays open',
    ]);
  });
});

describe('a migration that leaves its session changed', () => {
  const left: readonly (readonly [string, string])[] = [
    ['set role authenticated', 'role stays set'],
    ['set session role authenticated', 'role stays set'],
    ['set session authorization anon', 'session_authorization stays set'],
    ["set search_path = ''", 'search_path stays set'],
    ["set schema 'app'", 'search_path stays set'],
    ['set row_security = off', 'row_security stays set'],
    ['set session_replication_role = replica', 'session_replication_role stays set'],
    ["set time zone 'UTC'", 'timezone stays set'],
    ['set session characteristics as transaction read only', 'default_transaction_read_only stays set'],
    ["select set_config('app.x', 'y', false)", 'app.x stays set'],
    ["select pg_catalog.set_config('search_path', '', $1)", 'search_path stays set'],
    ["insert into t select set_config('app.x', 'y', false)", 'app.x stays set'],
    ["do $$ begin perform set_config('app.x', 'y', false); end $$", 'app.x stays set'],
    ['do $$ begin set role anon; end $$', 'role stays set'],
    ["do $$ begin execute format('set role %I', 'anon'); end $$", 'role stays set'],
    ["do $$ begin execute 'set role anon'; end $$", 'role stays set'],
    ['create temporary table t (a int)', 'the temporary object t stays'],
    ['create table pg_temp.t (a int)', 'the temporary object t stays'],
    ['create temp table t on commit delete rows as select 1', 'the temporary object t stays'],
    ['select 1 into temp t', 'the temporary object t stays'],
    ['create temp view t as select 1', 'the temporary object t stays'],
    ['create temp sequence t', 'the temporary object t stays'],
    ["create function pg_temp.t() returns int language sql as 'select 1'", 'the temporary object t stays'],
    ['create type pg_temp.t as (a int)', 'the temporary object t stays'],
    ["create type pg_temp.t as enum ('a')", 'the temporary object t stays'],
    ['create domain pg_temp.t as int', 'the temporary object t stays'],
    ['listen news', 'it listens on news'],
    ['prepare p as select 1', 'the prepared statement p stays'],
    ['declare c cursor with hold for select 1', 'the cursor c stays open'],
    ['select pg_advisory_lock(1)', 'it keeps an advisory lock of the session'],
    ['do $$ begin perform pg_try_advisory_lock_shared(1, 2); end $$', 'it keeps an advisory lock of the session'],
  ];

  test.each(left)('is refused for `%s`', async (statement, what) => {
    expect(await said(`select 1;\n${statement};`)).toEqual([`current.sql · line 2: \`${statement}\`: ${what}`]);
  });

  const undone = [
    'set role anon; reset role',
    'set role anon; set role none',
    'set session authorization anon; set session authorization default',
    'set search_path = a; reset all',
    "set time zone 'UTC'; set time zone default",
    "select set_config('app.x', 'y', false); reset app.x",
    'create temp table t (a int); drop table t',
    'create temp table t (a int); discard temp',
    'create function pg_temp.t() returns int return 1; drop function pg_temp.t()',
    'listen news; unlisten news',
    'listen news; unlisten *',
    'prepare p as select 1; deallocate p',
    'prepare p as select 1; deallocate all',
    'declare c cursor with hold for select 1; close c',
    'declare c cursor with hold for select 1; close all',
    'select pg_advisory_lock(1); select pg_advisory_unlock(1)',
    'select pg_advisory_lock(1); select pg_advisory_unlock_all()',
  ];

  test.each(undone)('holds when it undoes that: `%s`', async (sql) => {
    expect(await said(sql)).toEqual([]);
  });

  const local = [
    "set local search_path = ''",
    'set transaction isolation level serializable',
    "select set_config('app.x', 'y', true)",
    'create temp table t (a int) on commit drop',
    'create temp table t on commit drop as select 1',
    'declare c cursor for select 1',
    'select pg_advisory_xact_lock(1)',
    'do $$ begin set local role anon; end $$',
    "create function f() returns text language sql as $$ select set_config('app.x', 'y', false) $$",
    'alter role anon set statement_timeout = 1',
    "create function f() returns int language sql set search_path = '' return 1",
  ];

  test.each(local)('holds for what ends with the transaction, or does not run: `%s`', async (sql) => {
    expect(await said(sql)).toEqual([]);
  });

  test('is refused for the role that RESET ALL leaves, and for another lock than the one that is unlocked', async () => {
    expect(await said('set role anon; reset all;')).toEqual(['current.sql · line 1: `set role anon`: role stays set']);
    expect(await said('select pg_advisory_lock(1); select pg_advisory_unlock(2);')).toHaveLength(1);
  });
});

test('a statement that was included has the line of its own file, and one below the line where it is written', async () => {
  const sql =
    '--! Message: a\n\n--! Included policies/a.sql\nselect 1;\nset role anon;\n--! EndIncluded policies/a.sql\nset row_security = off;\n';
  expect((await said(sql)).map((line) => line.split(':')[0])).toEqual([
    'fixtures/policies/a.sql · line 2',
    'current.sql · line 4',
  ]);
});

test('what is not SQL is left to graphile-migrate, which reports its place', async () => {
  expect(await said('create tabel x ();')).toEqual([]);
});

test('every committed migration is one transaction, and leaves nothing but the functions that carry rows', async () => {
  const committed = await readCommitted();
  const deviations = await Promise.all(
    committed.map(({ file, sql, transaction }) => sessionDeviations({ name: file, sql, transaction })),
  );
  expect(deviations.flat().map(({ seen }) => seen.replace(/.*: /, ''))).toEqual([
    'the temporary object source_schema stays',
    'the temporary object rows_aside stays',
  ]);
});
