import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type pg from 'pg';
import { withClient } from '../../../src/database/connect.ts';
import { recreateDatabase } from '../../../src/database/server.ts';
import { withDatabase } from '../../../src/database/urls.ts';
import type { UnderLoadRun } from '../../../src/rehearsal/locks/observation.ts';
import { observeAlone } from '../../../src/rehearsal/locks/run-alone.ts';
import { tableLocks, verdict } from '../../../src/rehearsal/locks/summary.ts';
import { observeUnderLoad } from '../../../src/rehearsal/locks/under-load.ts';
import type { AppStatement, Workload } from '../../../src/rehearsal/settings.ts';
import { asRoot, onRealServer, serverUrl } from '../../support/databases.ts';
import { untilSeen, untilWaiting } from '../../support/waiting.ts';
import { migration } from './support.ts';

let names: [string, string];

beforeEach(() => {
  const name = `test_${randomUUID().slice(0, 8)}`;
  names = [name, `${name}_scratch`];
});

afterEach(() =>
  asRoot(async (root) => {
    for (const name of names) await root.query(`drop database if exists "${name}" with (force)`);
  }),
);

const LEGACY = `
  create schema app;
  create table app.notes (id int primary key, size int);
  create table app.marks (id int primary key);
  insert into app.notes values (1, 1);
  insert into app.marks values (1);
  -- Whoever waits looks for a deadlock once, after this time: here it is the migration's to find, never the app's.
  create function app.change_both() returns void language sql set deadlock_timeout = '1h' as
    'update app.marks set id = id; update app.notes set size = size'`;

const does = (name: string, sql: string): AppStatement => ({ name, role: 'postgres', given: 'select', sql });
const read = does('read', 'select * from app.notes');
const write = does('write', 'update app.notes set size = size');

/** Where a migration waits in the test's hands. Advisory locks are per database, so any number is free. */
const UNTIL_SEEN = 'select pg_advisory_xact_lock(1)';

/** Runs migrations while the app runs, and lets them go on when they and as many sessions of the app as said have waited long enough. */
async function underLoad(sqls: readonly string[], app: Partial<Workload>, many: number): Promise<UnderLoadRun> {
  const [source, scratch] = names.map((name) => withDatabase(serverUrl, name)) as [string, string];
  await recreateDatabase(serverUrl, source);
  await withClient(source, (client) => client.query(LEGACY));
  const migrations = await Promise.all(sqls.map((sql, index) => migration(sql, `${index + 1}.sql`)));
  await recreateDatabase(serverUrl, scratch, source);
  const alone = await observeAlone(scratch, migrations, () => {});
  await recreateDatabase(serverUrl, scratch, source);
  return withClient(scratch, async (hand) => {
    await hand.query('select pg_advisory_lock(1)');
    const running = observeUnderLoad(scratch, migrations, alone, { reads: [], writes: [], ...app }, () => {});
    await untilWaiting(hand, { many: many + 1, seconds: 0.1 });
    await untilObserved(hand);
    await hand.query('select pg_advisory_unlock(1)');
    return running;
  });
}

/** Until the observer has the answer to a look at the locks that began after this call: it looks again only then. */
async function untilObserved(hand: pg.Client): Promise<void> {
  const looked = (since: string) =>
    untilSeen<{ at: string }>(
      hand,
      `select query_start::text as at from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
         and query like '%pg_blocking_pids%' and query_start > $1`,
      [since],
    );
  const { rows } = await hand.query<{ now: string }>('select clock_timestamp()::text as now');
  const { at } = await looked(rows[0]?.now ?? '');
  await looked(at);
}

onRealServer(
  'a reader and a writer that wait are shown with how long, for what, and behind which statement',
  async () => {
    const seen = await underLoad(
      [`select count(*) from app.notes; alter table app.notes alter column size type bigint; ${UNTIL_SEEN}; select 2`],
      { reads: [read], writes: [write] },
      2,
    );
    expect(seen.waits).toHaveLength(2);
    expect(seen.waits).toMatchObject(
      ['read', 'write'].map((kind) => ({
        operation: kind,
        kind,
        table: 'app.notes',
        mode: kind === 'read' ? 'ACCESS SHARE' : 'ROW EXCLUSIVE',
        behind: { migration: '1.sql', statement: 2, running: 3 },
        outcome: 'answered',
      })),
    );
    for (const { from, to } of seen.waits) expect(to - from).toBeGreaterThan(100);
    expect(tableLocks(seen)).toMatchObject([
      {
        table: 'app.notes',
        mode: 'AccessExclusiveLock',
        taken: '1.sql 2',
        waits: 2,
        longestWaitMs: expect.any(Number),
      },
    ]);
    expect(seen.operations.map(({ waits, refused, failures }) => ({ waits, refused, failures }))).toEqual([
      { waits: 1, refused: 0, failures: [] },
      { waits: 1, refused: 0, failures: [] },
    ]);
  },
);

onRealServer('under SHARE writers wait, and readers go on', async () => {
  const seen = await underLoad(
    [`create index on app.notes (size); ${UNTIL_SEEN}`],
    { reads: [read], writes: [write] },
    1,
  );
  expect(seen.waits.map(({ kind, mode }) => `${kind} ${mode}`)).toEqual(['write ROW EXCLUSIVE']);
  expect(seen.held).toMatchObject([{ table: 'app.notes', mode: 'ShareLock', statement: 1, migration: '1.sql' }]);
});

onRealServer(
  'a lock that a long DO block takes late is held from then on, not from the beginning of the block',
  async () => {
    const seen = await underLoad(
      [`do $$ begin perform pg_advisory_xact_lock(1); lock app.marks; end $$; select 1`],
      { reads: [read], writes: [does('lock', 'lock app.notes')] },
      0,
    );
    const [held] = seen.held;
    const [block] = seen.migrations[0]?.statements ?? [];
    expect(held?.table).toBe('app.marks');
    expect(held?.from).toBeGreaterThan(block?.from ?? 0);
  },
);

onRealServer('a call that waited and was then refused by the new schema counts as both', async () => {
  const seen = await underLoad(
    [`alter table app.notes rename to old; ${UNTIL_SEEN}; create table app.notes (id uuid)`],
    { reads: [does('read', 'select size from app.notes')] },
    1,
  );
  expect(seen.waits).toMatchObject([{ table: 'app.notes', outcome: 'refused' }]);
  expect(seen.operations[0]).toMatchObject({ refusal: 'column "size" does not exist', failures: [] });
  expect(seen.operations[0]?.refused).toBeGreaterThan(0);
  expect(seen.operations[0]?.refusedSince).toBeCloseTo(seen.waits[0]?.to ?? 0);
});

onRealServer(
  'a migration that loses a deadlock to the app is rolled back and tried again, and the report has the reason',
  async () => {
    const seen = await underLoad(
      [`lock app.notes; ${UNTIL_SEEN}; lock app.marks`],
      { writes: [does('both', 'select app.change_both()')] },
      1,
    );
    expect(seen.migrations[0]?.rolledBack).toEqual(expect.arrayContaining(['deadlock detected']));
    expect(seen.failure).toBeUndefined();
    expect(seen.migratorWaits.length).toBeGreaterThan(0);
  },
);

onRealServer(
  'a statement that the copy has no row for, or that fails before any migration, is not evaluated',
  async () => {
    const none = { ...does('none', 'select $1'), given: 'select 1 where false' };
    const seen = await underLoad([UNTIL_SEEN], { reads: [read, none, does('wrong', 'select wrong')] }, 0);
    expect(seen.notEvaluated).toEqual([
      { operation: 'none', why: 'the copy holds no row to run it with' },
      { operation: 'wrong', why: 'it fails before any migration: column "wrong" does not exist' },
    ]);
    expect(seen.operations.map(({ name }) => name)).toEqual(['read']);
  },
);

onRealServer(
  'a row with which a statement fails before any migration is left out, and does not count as refused by the new schema',
  async () => {
    const some = { ...does('some', 'select 1 / $1::int'), given: 'select n from generate_series(0, 8) n' };
    const seen = await underLoad([UNTIL_SEEN], { reads: [read, some] }, 0);
    expect(seen.notEvaluated).toEqual([]);
    expect(seen.operations[1]).toMatchObject({ name: 'some', refused: 0, failures: [] });
    expect(seen.operations[1]?.calls).toBeGreaterThan(0);
  },
);

onRealServer('the verdict names the longest wait of a reader and of a writer', async () => {
  const seen = await underLoad([`lock app.notes; ${UNTIL_SEEN}`], { reads: [read], writes: [write] }, 2);
  const [reader, writer] = verdict({ alone: { migrations: [], others: 0, structure: [] }, underLoad: seen });
  expect(reader).toMatch(/^A reader waited at most \d+ ms \(read, for app\.notes, behind 1\.sql 1\)\.$/);
  expect(writer).toMatch(/^A writer waited at most \d+ ms \(write, for app\.notes, behind 1\.sql 1\)\.$/);
});
