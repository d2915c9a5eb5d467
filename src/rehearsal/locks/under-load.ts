import { setTimeout } from 'node:timers/promises';
import { withClient } from '../../database/connect.ts';
import type { Workload } from '../settings.ts';
import { operationRun } from './app-operations.ts';
import type { AppSession } from './app-session.ts';
import { migrateAll } from './attempts.ts';
import { heldLocks } from './held-locks.ts';
import { sampleLocks } from './lock-samples.ts';
import { migratorWaits, waitsOf } from './lock-waits.ts';
import type { AloneRun, MigrationRun, StatementFailure, UnderLoadRun } from './observation.ts';
import { openApp } from './open-app.ts';
import { PACE, type Pace, type Recording, shifted } from './recording.ts';
import { failureOf } from './run-alone.ts';
import type { SplitMigration } from './split-migration.ts';
import { type TransactionState, tableOf } from './transaction-state.ts';

/**
 * Runs migrations on a database created for it while the app uses it: a session for each statement of the app, which
 * sends it over and over, and one more that samples the locks.
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
    const failure = failureIn(recording);
    const waits = waitsOf(recording, alone);
    return {
      ...pace,
      to: recording.to - recording.from,
      tables: tablesOf(recording.attempts[0]?.start),
      migrations: migrations.flatMap(({ name }) => migrationRun(name, recording)),
      held: heldLocks(recording, alone),
      operations: sessions.map((session) => operationRun(session, waits, recording.from)),
      waits,
      migratorWaits: migratorWaits(recording),
      notEvaluated,
      ...(failure ? { failure } : {}),
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

/** The last attempt of a migration; nothing when it was not begun. */
function migrationRun(name: string, { attempts, from }: Recording): MigrationRun[] {
  const own = attempts.filter((attempt) => attempt.migration.name === name);
  const last = own.at(-1);
  if (!last) return [];
  return [
    {
      name,
      ...shifted(last, from),
      statements: last.statements.map((span) => shifted(span, from)),
      rolledBack: own.slice(0, -1).flatMap(({ error }) => (error ? [error.cause.message] : [])),
    },
  ];
}

function failureIn({ attempts }: Recording): StatementFailure | undefined {
  const last = attempts.at(-1);
  const statement = last?.migration.statements.find(({ number }) => number === last.error?.number);
  return last?.error && statement ? failureOf(last.migration.name, statement, last.error.cause) : undefined;
}

function tablesOf(start: TransactionState | undefined): string[] {
  return [...(start?.relations ?? [])]
    .filter(([oid, { oid: own }]) => start && tableOf(start.relations, oid)?.oid === own)
    .map(([, { name }]) => name);
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
