import { bytes, counted, duration } from '../../report/format.ts';
import { blockedBy, type LockMode, strongest } from './lock-modes.ts';
import type {
  AloneRun,
  LocksObservation,
  LockWait,
  ObservedMigration,
  ObservedStatement,
  UnderLoadRun,
} from './observation.ts';

/** A table of the app with the strongest lock that the migrations held on it. Times are in ms. */
export interface TableLock {
  readonly table: string;
  readonly mode: LockMode;
  /** All times together for which that lock was held. */
  readonly heldMs: number;
  /** The longest time for which it was held without a break. */
  readonly longestMs: number;
  /** The migration and the number of the statement that took it for the longest time. */
  readonly taken: string;
  /** Calls of the app that waited for it. */
  readonly waits: number;
  readonly longestWaitMs: number;
}

/** The tables that the app may have had to wait for, the longest wait first, without those that the migrations created. */
export function tableLocks({ held, tables, waits }: UnderLoadRun): TableLock[] {
  return [...new Set(held.map(({ table }) => table))]
    .filter((table) => tables.includes(table))
    .map((table) => {
      const own = held.filter((lock) => lock.table === table);
      const mode = strongest(own.map((lock) => lock.mode)) ?? 'AccessShareLock';
      // Of the locks of one mode, those of different migrations follow each other.
      const strong = own.filter((lock) => lock.mode === mode);
      const lengths = strong.map(({ from, to }) => to - from);
      const [longest] = strong.slice().sort((one, other) => other.to - other.from - (one.to - one.from));
      const waited = waits.filter((wait) => wait.table === table).map(({ from, to }) => to - from);
      return {
        table,
        mode,
        heldMs: lengths.reduce((sum, length) => sum + length, 0),
        longestMs: Math.max(...lengths),
        taken: longest ? `${longest.migration} ${longest.statement}` : '',
        waits: waited.length,
        longestWaitMs: Math.max(0, ...waited),
      };
    })
    .sort((one, other) => other.longestMs - one.longestMs || one.table.localeCompare(other.table));
}

/** The effect on readers and writers: a sentence each, after a failure if there was one, and before what else went wrong. */
export function verdict({ alone, underLoad }: LocksObservation): string[] {
  const failure = alone.failure ?? underLoad?.failure;
  const lines = failure
    ? [
        `${failure.migration} failed ${alone.failure ? '' : 'while the app ran '}at statement ${failure.number} (${failure.head}): ${failure.message}`,
      ]
    : [];
  if (!underLoad) return lines;
  const { migratorWaits, operations, migrations } = underLoad;
  if (operations.length === 0) return [...lines, 'No statement of the app ran meanwhile: waits are not evaluated.'];
  lines.push(effectOn(underLoad, 'read', 'A reader'), effectOn(underLoad, 'write', 'A writer'));
  const refused = operations.filter((operation) => operation.refused > 0).length;
  if (refused > 0)
    lines.push(
      `${refused} of ${operations.length} statements of the app do not fit the new schema, which then refused them.`,
    );
  const failed = operations.flatMap(({ name, failures }) => failures.map((message) => `${name}: ${message}`));
  if (failed.length > 0)
    lines.push(`${counted(failed.length, 'call')} of the app failed (${[...new Set(failed)].join('; ')}).`);
  const waited = migratorWaits.reduce((sum, { from, to }) => sum + to - from, 0);
  if (waited > 0) lines.push(`The migrations waited for the app ${duration(waited)}.`);
  for (const { name, rolledBack } of migrations)
    for (const reason of new Set(rolledBack)) {
      const times = rolledBack.filter((other) => other === reason).length;
      lines.push(`${name} was rolled back and tried again${times > 1 ? ` ${times} times` : ''}: ${reason}.`);
    }
  return lines;
}

function effectOn({ waits, operations }: UnderLoadRun, kind: LockWait['kind'], who: string): string {
  const own = waits.filter((wait) => wait.kind === kind);
  if (!operations.some((operation) => operation.kind === kind)) return `${who} did not run meanwhile: not evaluated.`;
  const [longest] = own.slice().sort((one, other) => other.to - other.from - (one.to - one.from));
  const slowest = Math.max(...operations.filter((one) => one.kind === kind).map((one) => one.longestUnblockedMs));
  if (!longest) return `${who} waited for no lock; the longest call took ${duration(slowest)}.`;
  const what = longest.table ? `, for ${longest.table}` : '';
  const behind = longest.behind ? `, behind ${longest.behind.migration} ${longest.behind.statement}` : '';
  return `${who} waited at most ${duration(longest.to - longest.from)} (${longest.operation}${what}${behind}).`;
}

/** The statements of a migration that a report shows, the longest first, and the others. */
export interface FoldedStatements {
  readonly shown: readonly ObservedStatement[];
  readonly folded: readonly ObservedStatement[];
  /** The time of all statements, in ms. */
  readonly ms: number;
  /** The bytes of WAL of all statements. */
  readonly wal: number;
}

/** Statements of one migration that are shown at most, and the share of its time below which a statement is small. */
const MOST_SHOWN = 12;
const SMALL = 0.02;

/** Chooses the statements to show: those that are long, rewrite a relation, or take a lock that keeps the app waiting. */
export function fold({ statements }: ObservedMigration): FoldedStatements {
  const ms = statements.reduce((sum, statement) => sum + statement.ms, 0);
  const weight = (statement: ObservedStatement): number =>
    statement.ms + (statement.rewritten.length > 0 ? ms : 0) + (blocks(statement) ? SMALL * ms : 0);
  const shown = new Set(
    statements
      .filter((statement) => weight(statement) >= SMALL * ms)
      .sort((one, other) => weight(other) - weight(one))
      .slice(0, MOST_SHOWN),
  );
  return {
    shown: [...shown].sort((one, other) => other.ms - one.ms),
    folded: statements.filter((statement) => !shown.has(statement)),
    ms,
    wal: statements.reduce((sum, statement) => sum + statement.wal, 0),
  };
}

const blocks = ({ locks }: ObservedStatement): boolean => locks.some(({ mode }) => blockedBy(mode) !== 'nobody');

/** The strongest lock that a statement newly took on each table, the strongest first. */
export function strongestByTable({ locks }: ObservedStatement): { table: string; mode: LockMode }[] {
  const byTable = Map.groupBy(locks, ({ table }) => table);
  return [...byTable].flatMap(([table, own]) => {
    const mode = strongest(own.map((lock) => lock.mode));
    return mode ? [{ table, mode }] : [];
  });
}

/** The run alone, summed up in a sentence. */
export function totals({ migrations, others }: AloneRun): string {
  const all = migrations.flatMap(({ statements }) => statements);
  const sum = (of: (statement: ObservedStatement) => number): number => all.reduce((total, one) => total + of(one), 0);
  const commits = migrations.reduce((total, { commitMs }) => total + commitMs, 0);
  const rewrites = sum(({ rewritten }) => rewritten.length);
  const line = `Alone on the copy: ${counted(all.length, 'statement')} in ${duration(sum(({ ms }) => ms) + commits)}, ${bytes(sum(({ wal }) => wal))} of WAL, ${counted(rewrites, 'rewrite')} of a table or index.`;
  return others > 0 ? `${line} Other sessions on the server (${others}) may have written some of that WAL.` : line;
}
