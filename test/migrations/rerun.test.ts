import { expect, test } from '@jest/globals';
import { proveRerunnable } from '../../src/migrations/rerun.ts';
import { freshDatabase } from '../support/databases.ts';

const world = [{ table: 'app.notes', values: { id: 1, text: 'hello' } }];

/** What is said of a migration that has run once already. */
async function rerun(sql: string, transaction = true): Promise<string[]> {
  const database = await freshDatabase();
  try {
    await database.client.query(`
      create schema app;
      create table app.notes (id int primary key, text text, seen timestamptz not null default '2020-01-01');
      create table app.log (line text);
      create policy everybody on app.notes using (true);
      create policy once on app.notes for delete using (false);
      create index seen on app.notes (seen);
      create table app.people (id int primary key, name text, updated_at timestamptz);
      insert into app.people values (1, 'Ann', null);
      create function app.touch() returns trigger language plpgsql as $$ begin new.updated_at := clock_timestamp(); return new; end $$;
      create trigger touch before update on app.people for each row execute function app.touch();`);
    const { deviations } = await proveRerunnable(database.client, { name: 'current.sql', sql, transaction }, world);
    return deviations.map(({ where, seen }) => `${where}: ${seen}`);
  } finally {
    await database.drop();
  }
}

test('a migration that drops first and guards its rows can run again', async () => {
  const sql = `
    drop policy if exists everybody on app.notes;
    create policy everybody on app.notes using (true);
    insert into app.notes (id, text) values (2, 'seeded') on conflict (id) do nothing;
    update app.notes set text = 'backfilled' where text is null;`;
  expect(await rerun(sql)).toEqual([]);
});

test('a policy that is created without being dropped first is refused', async () => {
  expect(await rerun('create policy once on app.notes for delete using (false);')).toEqual([
    'current.sql: policy "once" for table "notes" already exists',
  ]);
});

test('rows that come again with each run are refused, and shown', async () => {
  expect(await rerun("insert into app.log values ('ran');")).toEqual([
    'current.sql · rows of app.log: 0 rows disappeared and 1 appeared',
  ]);
});

test('a timestamp that moves with each run is refused, though it would stand still in one transaction', async () => {
  expect(await rerun('update app.notes set seen = now();')).toEqual([
    'current.sql · rows of app.notes: seen changed in 1 row',
  ]);
});

test('rows that are updated again without need are said with the trigger and the column that it moved', async () => {
  expect(await rerun("update app.people set name = 'Ann';")).toEqual([
    'current.sql · rows of app.people: only updated_at changed in 1 row, by trigger touch',
  ]);
  expect(await rerun("update app.people set name = 'Ann' where name is distinct from 'Ann';")).toEqual([]);
});

test('a definition that changes with each run is refused', async () => {
  const sql = `do $$ begin execute format('comment on table app.notes is %L', clock_timestamp()); end $$;`;
  expect((await rerun(sql)).map((line) => line.split(':')[0])).toContain('current.sql · relation app.notes');
});

test('a migration that may not run in a transaction is run without one', async () => {
  expect(await rerun('drop index concurrently if exists app.seen;', false)).toContainEqual(
    expect.stringMatching('index app.seen: .* → missing'),
  );
});
