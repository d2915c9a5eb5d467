import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from '../../database/connect.ts';
import type { AppStatement, Workload } from '../settings.ts';
import { operationRun } from './app-operations.ts';
import { type AppSession, openSession } from './app-session.ts';
import { heldLocks } from './held-locks.ts';
import { sampleLocks } from './lock-samples.ts';
import { migratorWaits, waitsOf } from './lock-waits.ts';
import type { AloneRun, StatementFailure, TimeSpan, UnderLoadRun } from './observation.ts';
import { type MigrationAttempt, PACE, type Pace, type Recording, shifted } from './recording.ts';
import { failureOf } from './run-alone.ts';
import type { SplitMigration } from './split-migration.ts';
import { readState, type TransactionState, tableOf } from './transaction-state.ts';

/** At least so many calls of each statement before the migrations begin: what is usual. */
const WARM_UP = 5;

/** A migration that lost to the app is tried again, as an operator would, so often. */
const MOST_TRIES = 5;

/** Deadlock and lock timeout: the migration is rolled back whole, and can run again. */
const LOST = new Set(['40P01', '55P03']);

/**
 * Runs the migrations on a database made for it while the app uses it: a session for each of its statements, which
 * calls it over and over, and one more that looks at the locks.
 * @param alone what each statement locks, from the run without the app
 */
export async function observeUnderLoad(
  url: string,
  migrations: readonly SplitMigration[],
  alone: AloneRun,
  workload: Workload,
  tell: (text: string) => void,
  pace: Pace = PACE,
): Promise<UnderLoadRun> {
  const { sessions, notEvaluated } = await openApp(url, workload);
  try {
    const recording = await record(url, migrations, sessions, tell, pace);
    const { from, to, attempts } = recording;
    const lost = attempts.at(-1)?.error;
    const last = attempts.at(-1)?.migration;
    const statement = last?.statements.find(({ number }) => number === lost?.number);
    const failure: StatementFailure | undefined =
      lost && last && statement ? failureOf(last.name, statement, lost.cause) : undefined;
    const waits = waitsOf(recording, alone);
    return {
      ...pace,
      to: to - from,
      tables: tablesOf(attempts[0]?.start),
      migrations: migrations.flatMap(({ name }) => {
        const own = attempts.filter((one) => one.migration.name === name);
        const kept = own.at(-1);
        if (!kept) return [];
        return [
          {
            name,
            ...shifted(kept, from),
            statements: kept.statements.map((span) => shifted(span, from)),
            rolledBack: own.slice(0, -1).flatMap(({ error }) => (error ? [error.cause.message] : [])),
          },
        ];
      }),
      held: heldLocks(recording, alone),
      operations: sessions.map((session) => operationRun(session, waits, from)),
      waits,
      migratorWaits: migratorWaits(recording),
      notEvaluated,
      ...(failure ? { failure } : {}),
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

function tablesOf(start: TransactionState | undefined): string[] {
  return [...(start?.relations ?? [])]
    .filter(([oid, { oid: own }]) => start && tableOf(start.relations, oid)?.oid === own)
    .map(([, { name }]) => name);
}

interface NotEvaluated {
  readonly operation: string;
  readonly why: string;
}

async function openApp(
  url: string,
  { reads, writes }: Workload,
): Promise<{ sessions: AppSession[]; notEvaluated: NotEvaluated[] }> {
  const open = async (kind: AppSession['kind'], statement: AppStatement): Promise<AppSession | NotEvaluated> => {
    try {
      return await warmedUp(await openSession(url, kind, statement));
    } catch (error) {
      return { operation: statement.name, why: (error as Error).message };
    }
  };
  // All at once, and told in the order in which they are declared.
  const opened = await Promise.all([
    ...reads.map((statement) => open('read', statement)),
    ...writes.map((statement) => open('write', statement)),
  ]);
  return {
    sessions: opened.filter((each): each is AppSession => !('why' in each)),
    notEvaluated: opened.filter((each): each is NotEvaluated => 'why' in each),
  };
}

async function warmedUp(session: AppSession): Promise<AppSession> {
  try {
    await session.warmUp(WARM_UP);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function record(
  url: string,
  migrations: readonly SplitMigration[],
  sessions: readonly AppSession[],
  tell: (text: string) => void,
  { thinkMs, sampleMs }: Pace,
): Promise<Recording> {
  return withClient(url, (sampler) =>
    withClient(url, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const migrator = rows[0]?.pid ?? 0;
      let over = false;
      const isOver = (): boolean => over;
      const from = performance.now();
      const running = [
        sampleLocks(sampler, { migrator, app: sessions.map(({ pid }) => pid) }, sampleMs, isOver),
        ...sessions.map((session) => session.run(thinkMs, isOver)),
      ] as const;
      try {
        await calledSince(sessions, from, thinkMs);
        const attempts = await migrateAll(client, migrations, tell);
        await calledSince(sessions, performance.now(), thinkMs);
        over = true;
        const [samples] = await Promise.all(running);
        return { from, to: performance.now(), attempts, samples, sessions, migrator };
      } finally {
        over = true;
        await Promise.allSettled(running);
      }
    }),
  );
}

/** Waits until every session has completed two calls that began after a moment. */
async function calledSince(sessions: readonly AppSession[], moment: number, thinkMs: number): Promise<void> {
  const hasCalled = ({ calls }: AppSession): boolean => (calls.at(-2)?.from ?? 0) > moment;
  while (!sessions.every(hasCalled)) await setTimeout(thinkMs);
}

async function migrateAll(
  client: pg.Client,
  migrations: readonly SplitMigration[],
  tell: (text: string) => void,
): Promise<MigrationAttempt[]> {
  const attempts: MigrationAttempt[] = [];
  for (const migration of migrations) {
    for (let count = 1; count <= MOST_TRIES; count++) {
      tell(`${migration.name}, beside the app${count > 1 ? `, try ${count}` : ''}`);
      const once = await tryOnce(client, migration);
      attempts.push(once);
      if (!once.error) break;
      if (!LOST.has(once.error.cause.code ?? '') || count === MOST_TRIES) return attempts;
    }
  }
  return attempts;
}

async function tryOnce(client: pg.Client, migration: SplitMigration): Promise<MigrationAttempt> {
  const start = await readState(client);
  const from = performance.now();
  const statements: TimeSpan[] = [];
  if (migration.transaction) await client.query('begin');
  for (const { number, sql } of migration.statements) {
    const began = performance.now();
    const cause = await client.query(sql).then(
      () => undefined,
      (error: pg.DatabaseError) => error,
    );
    statements.push({ from: began, to: performance.now() });
    if (!cause) continue;
    if (migration.transaction) await client.query('rollback');
    return { migration, start, from, to: performance.now(), statements, error: { number, cause } };
  }
  if (migration.transaction) await client.query('commit');
  return { migration, start, from, to: performance.now(), statements };
}
