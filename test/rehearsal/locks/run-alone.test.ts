import { afterEach, beforeEach, expect } from '@jest/globals';
import { observeAlone } from '../../../src/rehearsal/locks/run-alone.ts';
import { freshDatabase, onRealServer, type TestDatabase } from '../../support/databases.ts';
import { locksIn, migration, observed } from './support.ts';

let database: TestDatabase;

beforeEach(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema app;
    create table app.notes (id int primary key, text text, size int);
    create table app.marks (id int primary key, note_id int);
    insert into app.notes select id, 'text ' || id, id from generate_series(1, 1000) id;
    insert into app.marks select id, id from generate_series(1, 100) id`);
});

afterEach(() => database.drop());

onRealServer('a change of type rewrites the table under ACCESS EXCLUSIVE', async () => {
  const { statements } = await observed(database, 'alter table app.notes alter column size type bigint');
  expect(locksIn(statements[0])).toContain('app.notes AccessExclusiveLock');
  const { rows } = await database.client.query(`select pg_relation_size('app.notes')::int as bytes`);
  expect(statements[0]?.rewritten).toEqual([{ relation: 'app.notes', kind: 'table', bytes: rows[0].bytes }]);
  expect(statements[0]?.rows).toEqual([]);
  expect(statements[0]?.wal).toBeGreaterThan(50_000);
});

onRealServer('a change of the catalogs alone rewrites nothing', async () => {
  const { statements } = await observed(database, `alter table app.notes add kind text default 'plain'`);
  expect(statements[0]).toMatchObject({ rewritten: [], created: [], dropped: [], rows: [] });
});

onRealServer('an index is created under SHARE, and dropped under ACCESS EXCLUSIVE', async () => {
  const { statements } = await observed(
    database,
    'create index notes_size on app.notes (size); drop index app.notes_size; drop index if exists app.none',
  );
  expect(locksIn(statements[0])).toEqual(['app.notes ShareLock']);
  expect(statements[0]?.created).toEqual([{ relation: 'app.notes_size', kind: 'index', bytes: expect.any(Number) }]);
  expect(locksIn(statements[1])).toEqual(['app.notes AccessExclusiveLock']);
  expect(locksIn(statements[2])).toEqual([]);
});

onRealServer('rows are counted by table and by what happened to them', async () => {
  const { statements } = await observed(
    database,
    `update app.notes set size = 0 where id <= 30;
     delete from app.notes where id > 990;
     do $$ begin insert into app.marks select id, 1 from generate_series(201, 250) id; delete from app.marks where id = 1; end $$;
     select 1`,
  );
  expect(statements.map(({ rows }) => rows)).toEqual([
    [{ table: 'app.notes', inserted: 0, updated: 30, deleted: 0 }],
    [{ table: 'app.notes', inserted: 0, updated: 0, deleted: 10 }],
    [{ table: 'app.marks', inserted: 50, updated: 0, deleted: 1 }],
    [],
  ]);
});

onRealServer(
  'a lock is listed once, with the first statement that took it, under the name before the migration',
  async () => {
    const { statements } = await observed(
      database,
      `alter table app.notes rename to old_notes;
     alter table app.old_notes add constraint positive check (size > 0);
     create table app.notes (id int);
     alter table app.notes add name text`,
    );
    expect(statements.map(locksIn)).toEqual([['app.notes AccessExclusiveLock'], expect.anything(), [], []]);
    expect(statements[1]?.locks.map(({ mode }) => mode)).not.toContain('AccessExclusiveLock');
  },
);

onRealServer('a lock through an index is a lock on its table', async () => {
  const { statements } = await observed(database, 'reindex index app.notes_pkey');
  expect(locksIn(statements[0])).toContain('app.notes/app.notes_pkey AccessExclusiveLock');
  expect(statements[0]?.rewritten.map(({ relation, kind }) => `${kind} ${relation}`)).toEqual(['index app.notes_pkey']);
});

onRealServer('a rollback to a savepoint releases the locks taken since', async () => {
  const { statements } = await observed(database, 'savepoint s; lock app.notes in share mode; rollback to s');
  expect(statements[1]?.locks).toEqual([{ table: 'app.notes', mode: 'ShareLock' }]);
  expect(statements[2]?.released).toEqual([{ table: 'app.notes', mode: 'ShareLock' }]);
});

onRealServer('without a transaction rows are not counted, and are given as unknown', async () => {
  const { statements } = await observed(database, 'create index concurrently notes_size on app.notes (size)', false);
  expect(statements[0]?.rows).toBeUndefined();
  expect(statements[0]?.created.map(({ relation }) => relation)).toEqual(['app.notes_size']);
});

onRealServer('the migration is committed, and the observer leaves nothing in the database', async () => {
  await observed(database, 'create table app.more (id int); insert into app.more values (1)');
  const { rows } = await database.client.query('select * from app.more');
  expect(rows).toEqual([{ id: 1 }]);
});

onRealServer('a statement that fails ends the run, and the run names it', async () => {
  const split = [
    await migration('create table app.first ()', '1.sql'),
    await migration('select 1; select 1 / 0', '2.sql'),
  ];
  const { migrations, failure } = await observeAlone(database.url, split, () => {});
  expect(migrations.map(({ name }) => name)).toEqual(['1.sql']);
  expect(failure).toEqual({ migration: '2.sql', number: 2, head: 'select 1 / 0', message: 'division by zero' });
});

onRealServer('the statements within a DO block are listed with the time that each took', async () => {
  const { statements } = await observed(
    database,
    `do $$ begin perform 1; update app.notes set size = (select count(*) from generate_series(1, 1000000 + size * 0)) where id = 1; end $$;
     select count(*) from generate_series(1, 1000000)`,
  );
  const [block, query] = statements;
  expect(block?.nested?.map(({ head }) => head)).toEqual([expect.stringMatching(/^update app\.notes/)]);
  expect(block?.nested?.[0]?.ms).toBeLessThanOrEqual(block?.ms ?? 0);
  expect(query?.nested).toEqual([]);
});
