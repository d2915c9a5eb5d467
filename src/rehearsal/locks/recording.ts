import type pg from 'pg';
import type { AppSession } from './app.ts';
import type { Span } from './observation.ts';
import type { Sample } from './samples.ts';
import type { SplitMigration } from './split.ts';
import type { State } from './state.ts';

/** How fast the app calls and how often the locks are looked at, in ms. */
export interface Pace {
  readonly thinkMs: number;
  readonly sampleMs: number;
}

/** A call a session each 50 ms is a busy app; what is held for less than a sample keeps nobody waiting noticeably. */
export const PACE: Pace = { thinkMs: 50, sampleMs: 15 };

/** One try of one migration. */
export interface Try extends Span {
  readonly migration: SplitMigration;
  /** The relations as they were before it. */
  readonly start: State;
  readonly statements: readonly Span[];
  /** Why it was rolled back; undefined when it was committed. */
  readonly error?: { readonly number: number; readonly cause: pg.DatabaseError };
}

/** What was recorded while the migrations ran beside the app; times are performance.now()'s. */
export interface Recording extends Span {
  readonly tries: readonly Try[];
  readonly samples: readonly Sample[];
  readonly sessions: readonly AppSession[];
  readonly migrator: number;
}

/** A span in ms since another moment. */
export function shifted({ from, to }: Span, origin: number): Span {
  return { from: from - origin, to: to - origin };
}
