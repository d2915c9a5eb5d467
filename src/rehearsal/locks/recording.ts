import type pg from 'pg';
import type { AppSession } from './app-session.ts';
import type { LockSample } from './lock-samples.ts';
import type { TimeSpan } from './observation.ts';
import type { SplitMigration } from './split-migration.ts';
import type { TransactionState } from './transaction-state.ts';

/** The pause between two calls of a session, and between two samples of the locks, in ms. */
export interface Pace {
  readonly thinkMs: number;
  readonly sampleMs: number;
}

/** A call of each session every 50 ms is a busy app; a lock that is held for less than 15 ms is no noticeable wait. */
export const PACE: Pace = { thinkMs: 50, sampleMs: 15 };

/** One attempt at one migration. */
export interface MigrationAttempt extends TimeSpan {
  readonly migration: SplitMigration;
  /** The relations before it. */
  readonly start: TransactionState;
  readonly statements: readonly TimeSpan[];
  /** The error for which it was rolled back, and the number of the statement; undefined when it was committed. */
  readonly error?: { readonly number: number; readonly cause: pg.DatabaseError };
}

/** A recording of the migrations while the app runs. Moments are those of performance.now(). */
export interface Recording extends TimeSpan {
  readonly attempts: readonly MigrationAttempt[];
  readonly samples: readonly LockSample[];
  readonly sessions: readonly AppSession[];
  /** The process id of the migrating session. */
  readonly migrator: number;
}

/** A span in ms since `origin`. */
export function shifted({ from, to }: TimeSpan, origin: number): TimeSpan {
  return { from: from - origin, to: to - origin };
}
