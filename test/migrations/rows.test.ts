import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { mayTouchRows } from '../../src/migrations/rows/may-touch.ts';
import { measureRows } from '../../src/migrations/rows/measure.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** What is measured of a migration on a small database: each deviation as what was seen, and the lines of the report. */
async function measured(
  sql: string,
  before = '',
): Promise<{ seen: string[]; lines: readonly string[]; evidence: string[]; fixes: string[] }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(`
      drop schema if exists app, b cascade; create schema app;
      create table app.people (id int primary key, name text, born date, weight numeric(6, 2), updated_at timestamptz not null default '2020-01-01');
      create table app.notes (id int primary key, person int references app.people on delete cascade, text text);
      create table app.log (line text);
      create function app.touch() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
      create trigger touch before update on app.people for each row execute function app.touch();
      insert into app.people values (1, 'Ann', '1990-01-01', 60.25), (2, 'Bob', '1991-02-03', 70.00), (3, null, null, null);
      insert into app.notes values (10, 1, 'one'), (11, 1, 'two'), (12, 2, 'three'), (13, 2, 'four');
      insert into app.log values ('a'), ('a'), ('b');
      ${before}`);
    const { deviations, lines } = await measureRows(client, { name: 'current.sql', sql, transaction: true });
    return {
      seen: deviations.map(({ seen }) => seen),
      lines,
      evidence: deviations.flatMap(({ evidence }) => evidence?.split('\n') ?? []),
      fixes: deviations.map(({ fix }) => fix),
    };
  } finally {
    await client.end();
  }
}

describe('rows that a migration takes away deviate', () => {
  test('by DELETE, with their number, the first three keys, and the line that declares them', async () => {
    const { seen, evidence, fixes, lines } = await measured('delete from app.notes;');
    expect(seen).toEqual(['app.notes: 4 rows deleted']);
    expect(evidence).toEqual(['id = "10"', 'id = "11"', 'id = "12"']);
    expect(fixes[0]).toContain('`-- deletes rows of app.notes: <reason>`');
    expect(lines).toEqual(['app.notes: 4 rows deleted']);
  });

  test('by TRUNCATE, by a DO block, and by a text that it executes', async () => {
    const seen = ['app.notes: 4 rows deleted'];
    expect(await measured('truncate app.notes;')).toMatchObject({ seen });
    expect(await measured('do $$ begin delete from app.notes; end $$;')).toMatchObject({ seen });
    expect(await measured("do $$ begin execute 'delete from ' || 'app.notes'; end $$;")).toMatchObject({ seen });
  });

  test('by a function that a default, a check or a view calls', async () => {
    const purge =
      'create function app.purge() returns int language plpgsql as $$ begin delete from app.notes; return 1; end $$;';
    const seen = ['app.notes: 4 rows deleted'];
    expect(await measured(`${purge} alter table app.people add column odd int default app.purge();`)).toMatchObject({
      seen,
    });
    expect(await measured(`${purge} alter table app.people add check (app.purge() = 1);`)).toMatchObject({ seen });
    expect(await measured(`${purge} create materialized view app.v as select app.purge();`)).toMatchObject({ seen });
  });

  test('by moving them to another table, by a CTE, through a view, and by a rule', async () => {
    const seen = ['app.notes: 4 rows deleted'];
    const moving = 'create table app.old as select * from app.notes; delete from app.notes;';
    expect(await measured(moving)).toMatchObject({ seen });
    const cte = 'with gone as (delete from app.notes returning 1) select count(*) from gone;';
    expect(await measured(cte)).toMatchObject({ seen });
    expect(await measured('create view app.v as select * from app.notes; delete from app.v;')).toMatchObject({ seen });
    const rule =
      "create rule r as on insert to app.log do also delete from app.notes; insert into app.log values ('c');";
    expect(await measured(rule)).toMatchObject({ seen });
  });

  test('by a key that changes, or a partition that goes', async () => {
    expect((await measured('update app.notes set id = id + 100;')).seen).toEqual(['app.notes: 4 rows deleted']);
    const parted = `create table app.parted (id int primary key) partition by range (id);
      create table app.low partition of app.parted for values from (0) to (10); insert into app.parted values (1);`;
    expect((await measured('drop table app.low;', parted)).seen).toEqual(['app.parted: 1 row deleted']);
    expect((await measured('alter table app.parted detach partition app.low;', parted)).seen).toEqual([
      'app.parted: 1 row deleted',
    ]);
  });

  test('by a foreign key that cascades, in either table', async () => {
    expect((await measured('delete from app.people where id = 1;')).seen).toEqual([
      'app.notes: 2 rows deleted',
      'app.people: 1 row deleted',
    ]);
  });

  test('by dropping their table or schema', async () => {
    expect((await measured('drop table app.notes;')).seen).toEqual(['app.notes: dropped, with 4 rows']);
    expect((await measured('drop schema app cascade;')).seen).toHaveLength(3);
  });

  test('from a table without a primary key, each as often as it is gone', async () => {
    expect((await measured("delete from app.log where line = 'a';")).seen).toEqual([
      expect.stringMatching('^app.log: 2 rows deleted or changed'),
    ]);
  });
});

describe('values that a migration takes away deviate', () => {
  test('by UPDATE, with the column, the values, and the line that declares them', async () => {
    const { seen, evidence, fixes } = await measured("update app.notes set text = '' where id < 12;");
    expect(seen).toEqual(['app.notes: overwritten: text in 2 rows']);
    expect(evidence).toEqual(['id = "10": text "one" → ""', 'id = "11": text "two" → ""']);
    expect(fixes[0]).toContain('`-- overwrites app.notes (text): <reason>`');
  });

  test('by ON CONFLICT DO UPDATE', async () => {
    const sql = "insert into app.notes values (10, 1, 'new') on conflict (id) do update set text = excluded.text;";
    expect((await measured(sql)).seen).toEqual(['app.notes: overwritten: text in 1 row']);
  });

  test('by a type that rounds, and not by one that holds them', async () => {
    expect((await measured('alter table app.people alter column weight type numeric(6, 1);')).seen).toEqual([
      'app.people: overwritten: weight in 1 row',
    ]);
    expect((await measured('alter table app.people alter column weight type numeric(9, 4);')).seen).toEqual([]);
    expect((await measured('alter table app.notes alter column id type bigint;')).seen).toEqual([]);
  });

  test('by a type whose new values are others, also if a cast back would hide it', async () => {
    const to = (type: string, using: string) => `alter table app.people alter column ${type} using ${using};`;
    expect((await measured(to('born type text', "'unknown'"))).seen).toEqual([
      'app.people: overwritten: born in 2 rows',
    ]);
    expect((await measured(to('weight type numeric', 'weight * 1.00001'))).seen).toEqual([
      'app.people: overwritten: weight in 2 rows',
    ]);
    const short = 'alter table app.people alter column name type varchar(3);';
    expect((await measured(to('name type text', "name || ', M.D.'"), short)).seen).toEqual([
      'app.people: overwritten: name in 2 rows',
    ]);
    expect((await measured(to('born type timestamptz', 'born'))).seen).toEqual([]);
  });

  test('by another name of a value of an enumeration', async () => {
    const mood =
      "create type app.mood as enum ('sad', 'glad'); alter table app.people add mood app.mood default 'sad';";
    expect((await measured("alter type app.mood rename value 'sad' to 'bad';", mood)).seen).toEqual([
      'app.people: overwritten: mood in 3 rows',
    ]);
  });

  test('by a function that sets a time, or a trigger of the migration, in a table with a trigger', async () => {
    const seen = ['app.people: overwritten: joined in 3 rows'];
    const joined = "alter table app.people add joined timestamptz not null default '2020-01-01';";
    const setting =
      'create function app.set() returns void language sql as $$ update app.people set joined = now() $$; select app.set();';
    expect(await measured(setting, joined)).toMatchObject({ seen });
    const replacing = `create or replace function app.touch() returns trigger language plpgsql as $$
      begin new.joined := now(); return new; end $$; update app.people set id = id;`;
    expect(await measured(replacing, joined)).toMatchObject({ seen });
  });

  test('by dropping a column that has some, and not by dropping an empty one', async () => {
    expect((await measured('alter table app.people drop column name;')).seen).toEqual([
      'app.people: dropped: name with 2 values',
    ]);
    const empty = await measured(
      'update app.log set line = line; alter table app.log add column odd int; alter table app.log drop column odd;',
    );
    expect(empty).toMatchObject({ seen: [], lines: [] });
  });
});

describe('holds', () => {
  test('where rows are only added, which is reported', async () => {
    expect(await measured("insert into app.notes values (14, 3, 'five');")).toMatchObject({
      seen: [],
      lines: ['app.notes: 1 row added'],
    });
  });

  test('where a trigger moves updated_at, which is reported; not where the migration sets it', async () => {
    const sql = "update app.people set name = 'Cyd' where name is null;";
    expect(await measured(sql)).toMatchObject({
      seen: [],
      lines: ['app.people: name filled in 1 row, updated_at moved in 1 row, by trigger touch'],
    });
    expect((await measured('update app.people set name = name;')).lines).toEqual([
      'app.people: only updated_at moved in 3 rows, by trigger touch',
    ]);
    expect((await measured('update app.people set updated_at = now();')).seen).toEqual([
      'app.people: overwritten: updated_at in 3 rows',
    ]);
  });

  test('not where a trigger sets another time than that of the change', async () => {
    const old = `create or replace function app.touch() returns trigger language plpgsql as $$
      begin new.updated_at := '1999-12-31'; return new; end $$;`;
    expect((await measured("update app.people set name = 'Cyd' where name is null;", old)).seen).toEqual([
      'app.people: overwritten: updated_at in 1 row',
    ]);
  });

  test('where a table or column gets another name or schema, or is created again with its rows', async () => {
    const renaming =
      'create schema b; alter table app.notes set schema b; alter table b.notes rename to n; alter table b.n rename text to t;';
    expect(await measured(renaming)).toMatchObject({ seen: [], lines: [] });
    const again =
      'create table app.new as select * from app.log; drop table app.log; alter table app.new rename to log;';
    expect(await measured(again)).toMatchObject({ seen: [] });
  });

  test('where what goes is declared', async () => {
    const sql = `-- deletes rows of app.notes: they are in the archive
      -- overwrites app.people (name, born): the law says so
      -- drops app.log: nobody reads it
      -- drops app.people (weight): nobody asks
      delete from app.notes;
      update app.people set name = 'x', born = '2000-01-01' where id = 1;
      drop table app.log;
      alter table app.people drop column weight;`;
    expect((await measured(sql)).seen).toEqual([]);
  });
});

describe('a declaration', () => {
  test('of what does not happen deviates', async () => {
    const sql = `-- deletes rows of app.notes: never
      -- overwrites app.people (name, born): half of it
      -- drops app.log: never
      update app.people set born = '2000-01-01' where id = 1;`;
    expect((await measured(sql)).seen).toEqual([
      'nothing of app.notes is deleted',
      'name of app.people is not overwritten',
      'nothing of app.log is dropped',
    ]);
  });

  test('covers nothing but its own table, columns and kind, and needs a reason', async () => {
    const sql = `-- overwrites app.people (name): the law says so
      update app.people set name = 'x', born = '2000-01-01' where id = 1;`;
    const { seen, fixes } = await measured(sql);
    expect(seen).toHaveLength(1);
    expect(fixes[0]).toContain('-- overwrites app.people (born): <reason>');
    expect((await measured('-- deletes rows of app.notes:\ndelete from app.notes;')).seen).toHaveLength(1);
    expect((await measured("select '-- deletes rows of app.notes: why';\ndelete from app.notes;")).seen).toHaveLength(
      1,
    );
  });
});

test('rows without the row that a foreign key refers to deviate, however the key was bypassed', async () => {
  const sql = `-- deletes rows of app.people: they left
    alter table app.people disable trigger all;
    delete from app.people where id = 1;
    alter table app.people enable trigger all;`;
  expect((await measured(sql)).seen).toEqual(['2 of its rows refer to a row that is not there']);
});

test('a session that a called function leaves changed deviates, and the rows are measured all the same', async () => {
  const leaving = (sql: string): string =>
    `create function app.leave() returns void language plpgsql as $$ begin ${sql}; end $$; select app.leave();`;
  expect((await measured(leaving("perform set_config('search_path', 'app', false)"))).seen).toEqual([
    'search_path is set to app',
  ]);
  expect((await measured(leaving("perform set_config('app.secret', 'x', false)"))).seen).toEqual([
    'app.secret is set to x',
  ]);
  expect((await measured("do $$ begin execute 'set app.secret = ' || quote_literal('x'); end $$;")).seen).toEqual([
    'app.secret is set to x',
  ]);
  expect((await measured(leaving("perform set_config('app.secret', 'x', true)"))).seen).toEqual([]);
  expect((await measured(leaving("create type pg_temp.left_over as enum ('a')"))).seen).toEqual([
    'the temporary type left_over is there',
  ]);
  expect((await measured(leaving('create temp table left_over (a int)'))).seen).toEqual([
    'the temporary object left_over is there',
  ]);
  expect((await measured(leaving('set role pg_monitor'))).seen).toContainEqual(
    expect.stringContaining('the current role is pg_monitor'),
  );
  expect((await measured(leaving('set local search_path = app'))).seen).toEqual([]);
});

test('a migration that fails where there are rows deviates', async () => {
  expect((await measured('alter table app.people alter column name set not null;')).seen).toEqual([
    expect.stringContaining('contains null values'),
  ]);
});

test.each([
  ['create table a (b int); create index on a (b); comment on table a is $$b$$; grant select on a to b', false],
  ['drop policy a on b; create policy a on b using (true); alter table b enable row level security', false],
  ['create or replace function a() returns int language sql return 1; drop trigger a on b', false],
  ['alter table a rename to b; alter table a add column b int default 1', false],
  ['alter table a add column b timestamptz default now(), add check (length(c) < 9)', false],
  ['alter table a add column b int default c.d()', true],
  ['alter table a add check (c.d(e))', true],
  ['create index on a (c.d(e))', true],
  ["alter type a add value 'b'", false],
  ["alter type a rename value 'b' to 'c'", true],
  ['create materialized view a as select 1', true],
  ['copy a from stdin', true],
  ['drop owned by a', true],
  ['delete from a', true],
  ['insert into a values (1)', true],
  ['do $$ begin end $$', true],
  ['call a()', true],
  ['select a()', true],
  ['alter table a alter column b type int', true],
  ['alter table a drop column b', true],
  ['drop table a', true],
  ['drop type a', true],
  ['drop function a() cascade', true],
  ['with a as (delete from b returning 1) select * from a', true],
])('whether `%s` may touch rows: %s', async (sql, expected) => {
  expect(await mayTouchRows(sql)).toBe(expected);
});
