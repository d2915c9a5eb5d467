import type pg from 'pg';
import type { AppSession } from './app-session.ts';
import type { LockSample } from './lock-samples.ts';
import type { TimeSpan } from './observation.ts';
import type { SplitMigration } from './split-migration.ts';
import type { TransactionState } from './transaction-state.ts';

/** How fast the app calls and how often the locks are looked at, in ms. */
export interface Pace {
  readonly thinkMs: number;
  readonly sampleMs: number;
}

/** A call a session each 50 ms is a busy app; what is held for less than a sample keeps nobody waiting noticeably. */
export const PACE: Pace = { thinkMs: 50, sampleMs: 15 };

/** One try of one migration. */
export interface MigrationAttempt extends TimeSpan {
  readonly migration: SplitMigration;
  /** The relations as they were before it. */
  readonly start: TransactionState;
  readonly statements: readonly TimeSpan[];
  /** Why it was rolled back; undefined when it was committed. */
  readonly error?: { readonly number: number; readonly cause: pg.DatabaseError };
}

/** What was recorded while the migrations ran beside the app; times are performance.now()'s. */
export interface Recording extends TimeSpan {
  readonly attempts: readonly MigrationAttempt[];
  readonly samples: readonly LockSample[];
  readonly sessions: readonly AppSession[];
  readonly migrator: number;
}

/** A span in ms since another moment. */
export function shifted({ from, to }: TimeSpan, origin: number): TimeSpan {
  return { from: from - origin, to: to - origin };
}
