import type { AppCall } from './app-session.ts';
import { lockOf } from './effects.ts';
import { runningAt } from './held-locks.ts';
import { conflict, type LockMode, modeName } from './lock-modes.ts';
import type { WaitingSession } from './lock-samples.ts';
import type { AloneRun, CallOutcome, LockWait, UnderLoadRun } from './observation.ts';
import type { MigrationAttempt, Recording } from './recording.ts';

/** Classes of SQLSTATE that have nothing to do with the schema: connections, rollbacks, resources, locks, cancellations. */
const NOT_THE_SCHEMA = /^(08|40|53|55|57|58|XX)/;

/** How a call ended. Before the first migration every statement was answered, so any other error comes from the new schema. */
export function outcomeOf({ error }: AppCall): CallOutcome {
  if (!error) return 'answered';
  return NOT_THE_SCHEMA.test(error.code) || error.code === '' ? 'failed' : 'refused';
}

/** The calls of the app that were waiting for a lock in a sample, with what they waited for and behind which statement. */
export function waitsOf({ from, attempts, samples, sessions, migrator }: Recording, alone: AloneRun): LockWait[] {
  return sessions.flatMap(({ name, kind, pid, calls }) =>
    calls
      .filter((call) => call.from >= from)
      .flatMap((call): LockWait[] => {
        const seen = samples
          .filter(({ at }) => at >= call.from && at <= call.to)
          .flatMap(({ at, waiting }) => waiting.filter((one) => one.pid === pid).map((waiting) => ({ at, waiting })));
        const [first] = seen;
        if (!first) return [];
        const last = attempts.findLast((one) => one.from <= first.at && first.at <= one.to + LATE);
        const migrating = seen.some(({ waiting }) => waiting.blockers.includes(migrator));
        const table = last && first.waiting.oid !== null ? lockedBy(last, first.waiting) : undefined;
        return [
          {
            operation: name,
            kind,
            from: call.from - from,
            to: call.to - from,
            table,
            mode: first.waiting.type === 'relation' ? modeName(first.waiting.mode) : 'a row',
            behind: last && migrating ? holder(last, first.at, table, first.waiting.mode, alone) : undefined,
            outcome: outcomeOf(call),
          },
        ];
      }),
  );
}

/** A sample may be answered so many ms after the commit that it did not see. */
const LATE = 20;

function lockedBy({ start }: MigrationAttempt, { oid, mode }: WaitingSession): string | undefined {
  return lockOf(start, oid ?? 0, mode)[0]?.table;
}

/**
 * The statement that took the first lock that is in the way. A migration that is still waiting in the queue holds no such
 * lock: then it is the statement that is running.
 */
function holder(
  one: MigrationAttempt,
  at: number,
  table: string | undefined,
  wanted: LockMode,
  alone: AloneRun,
): NonNullable<LockWait['behind']> {
  const running = runningAt(one, at);
  const statement = alone.migrations
    .find(({ name }) => name === one.migration.name)
    ?.statements.find(({ locks }) => locks.some((lock) => lock.table === table && conflict(lock.mode, wanted)));
  return {
    migration: one.migration.name,
    statement: Math.min(statement?.number ?? running, running),
    running,
  };
}

/** The waits of the migrating session, each from the first sample in which it waits to the first in which it does not. */
export function migratorWaits({ from, attempts, samples, migrator }: Recording): UnderLoadRun['migratorWaits'] {
  const found: { migration: string; statement: number; from: number; to: number }[] = [];
  let open: (typeof found)[number] | undefined;
  for (const { at, waiting } of samples) {
    const waits = waiting.some(({ pid }) => pid === migrator);
    const one = attempts.findLast((candidate) => candidate.from <= at);
    if (open) open.to = at - from;
    if (waits && !open && one) {
      open = { migration: one.migration.name, statement: runningAt(one, at), from: at - from, to: at - from };
      found.push(open);
    }
    if (!waits) open = undefined;
  }
  return found;
}
