import { copyLine, type LegacyRow, type LegacyRows } from './row.ts';
import { channels } from './rows/channels.ts';
import { follows, messages, sessions } from './rows/chats.ts';
import { chunks } from './rows/chunks.ts';
import { errorLogs, publicLimits, usage } from './rows/operations.ts';
import { orphans } from './rows/orphans.ts';
import { users } from './rows/users.ts';
import { videos } from './rows/videos.ts';
import { type LegacySize, type Plan, small } from './size.ts';

/** Which legacy database to make. */
export interface LegacyOptions {
  /** Equal seeds make equal databases, to the byte. */
  readonly seed: number;
  readonly size: 'small' | LegacySize;
  /** How many of each kind of orphan and of other irregularities; 1 unless told, 0 for a database without any. */
  readonly orphans?: number;
}

/** A table to be filled: its rows as values, or as lines of COPY's text format. */
export interface MadeTable extends LegacyRows {
  /** Whether a row breaks a foreign key that production has lost. */
  readonly orphaned: boolean;
  lines(): Iterable<string>;
}

/**
 * A realistic legacy database, table by table, parents first. Rows are made while they are read, so memory stays the
 * same at any size; a table may come twice, its orphans last.
 */
export function makeLegacy(options: LegacyOptions): readonly MadeTable[] {
  const plan = planOf(options);
  const regular = [users, channels, videos, chunks, sessions, messages, usage, follows, publicLimits, errorLogs];
  return [
    ...regular.map((make) => made(make(plan), false)),
    ...(plan.orphans > 0 ? orphans(plan).map((rows) => made(rows, true)) : []),
  ];
}

/** The options with everything decided; refuses sizes that can't be made. */
export function planOf({ seed, size, orphans: irregular = 1 }: LegacyOptions): Plan {
  const plan = { seed, size: size === 'small' ? small : size, orphans: irregular };
  if (plan.size.sessions > plan.size.users * plan.size.channels) {
    throw new Error('A user has one session a channel at most: make fewer sessions, or more users or channels.');
  }
  return plan;
}

function made(rows: LegacyRows, orphaned: boolean): MadeTable {
  return { ...rows, orphaned, lines: () => lines(rows.rows()) };
}

function* lines(rows: Iterable<LegacyRow>): Iterable<string> {
  for (const row of rows) yield copyLine(row);
}
