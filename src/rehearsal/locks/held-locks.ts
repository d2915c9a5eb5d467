import { lockOf } from './effects.ts';
import { blockedBy } from './lock-modes.ts';
import type { LockSample } from './lock-samples.ts';
import type { AloneRun, HeldLock, ObservedMigration, RelationLock, TimeSpan } from './observation.ts';
import type { MigrationAttempt, Recording } from './recording.ts';

/**
 * The locks of the migrations that another session may have had to wait for, with the time for which they were held.
 * The run alone says which statement takes a lock; the run under load, when that statement ran; the samples, when within a
 * long statement, such as a DO block, it was taken: a lock counts from the last sample in which it was not there.
 */
export function heldLocks({ attempts, samples, from }: Recording, alone: AloneRun): HeldLock[] {
  return attempts.flatMap((one) => {
    const observed = alone.migrations.find(({ name }) => name === one.migration.name);
    const within = samples.filter(({ at }) => at >= one.from && at <= one.to);
    const known = observed ? takenBy(one, observed, within) : [];
    const isKnown = (lock: RelationLock): boolean =>
      known.some((other) => other.table === lock.table && other.mode === lock.mode);
    return [...known, ...onlySeen(one, within).filter((lock) => !isKnown(lock))]
      .filter((lock) => blockedBy(lock.mode) !== 'nobody')
      .map((lock) => ({ ...lock, from: lock.from - from, to: lock.to - from }));
  });
}

function takenBy(one: MigrationAttempt, observed: ObservedMigration, samples: readonly LockSample[]): HeldLock[] {
  const found: HeldLock[] = [];
  for (const [index, { number, locks }] of observed.statements.entries()) {
    const span = one.statements[index];
    if (!span) break;
    for (const lock of locks) {
      if (found.some((other) => other.table === lock.table && other.mode === lock.mode)) continue;
      const releasing = observed.statements.findIndex(
        ({ released }, later) => later > index && released.some((other) => same(lock, other)),
      );
      found.push({
        ...lock,
        migration: one.migration.name,
        statement: number,
        from: firstSeen(one, lock, span, samples),
        to: one.statements[releasing]?.to ?? one.to,
      });
    }
  }
  return found;
}

const same = (one: RelationLock, other: RelationLock): boolean =>
  one.table === other.table && one.mode === other.mode && one.through === other.through;

const isIn = (one: MigrationAttempt, lock: RelationLock, sample: LockSample): boolean =>
  sample.held.some(({ oid, mode }) => lockOf(one.start, oid, mode).some((other) => same(lock, other)));

function firstSeen(one: MigrationAttempt, lock: RelationLock, span: TimeSpan, samples: readonly LockSample[]): number {
  const without = samples
    .filter(({ at }) => at > span.from && at < span.to)
    .slice()
    .reverse()
    .find((sample) => !isIn(one, lock, sample));
  return without?.at ?? span.from;
}

/** Locks that are released when a statement ends, such as those of statements that run without a transaction. */
function onlySeen(one: MigrationAttempt, samples: readonly LockSample[]): HeldLock[] {
  const seen = new Map<string, HeldLock>();
  for (const { at, held } of samples) {
    for (const lock of held.flatMap(({ oid, mode }) => lockOf(one.start, oid, mode))) {
      const statement = runningAt(one, at);
      const key = `${lock.table} ${lock.mode} ${statement}`;
      const from = seen.get(key)?.from ?? one.statements[statement - 1]?.from ?? at;
      const to = one.migration.transaction ? one.to : (one.statements[statement - 1]?.to ?? at);
      seen.set(key, { ...lock, migration: one.migration.name, statement, from, to });
    }
  }
  return [...seen.values()];
}

/** The number of the statement that ran at a moment, or was the last to run before it. */
export function runningAt({ statements }: MigrationAttempt, at: number): number {
  return Math.max(1, statements.filter(({ from }) => from <= at).length);
}
