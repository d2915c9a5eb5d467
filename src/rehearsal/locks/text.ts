import { bytes, counted, duration } from '../../report/format.ts';
import { modeName } from './lock-modes.ts';
import type { LocksObservation, ObservedMigration, UnderLoadRun } from './observation.ts';
import { filesOf, locksOf, rowsOf } from './statement-text.ts';
import { fold, tableLocks, totals, verdict } from './summary.ts';

/** Lines about one subject; the HTML report and --format json have all of them. */
const MOST_LINES = 5;

/** An observation for the terminal: the verdict, the tables, the waits, and the longest statements. */
export function observationText(observation: LocksObservation): string {
  const { alone, underLoad } = observation;
  return [
    ...verdict(observation),
    totals(alone),
    ...(underLoad ? underLoadText(underLoad) : []),
    ...(underLoad?.notEvaluated ?? []).map(({ operation, why }) => `  "${operation}" was not evaluated: ${why}`),
    ...alone.migrations.flatMap(migrationText),
  ].join('\n');
}

function underLoadText(underLoad: UnderLoadRun): string[] {
  const waited = underLoad.operations
    .filter(({ waits }) => waits > 0)
    .sort((one, other) => other.longestWaitMs - one.longestWaitMs);
  return [
    ...tableLocks(underLoad).map(
      ({ table, mode, heldMs, taken }) => `  ${table}: ${modeName(mode)} for ${duration(heldMs)}, since ${taken}`,
    ),
    ...waited
      .slice(0, MOST_LINES)
      .map(
        ({ kind, name, waits, longestWaitMs, p95WaitMs }) =>
          `  ${kind} "${name}" waited ${counted(waits, 'time')}: at most ${duration(longestWaitMs)}, p95 ${duration(p95WaitMs)}`,
      ),
    ...(waited.length > MOST_LINES ? [`  and ${counted(waited.length - MOST_LINES, 'other')} of the app waited`] : []),
  ];
}

function migrationText(migration: ObservedMigration): string[] {
  const { shown, ms, wal } = fold(migration);
  const lines = shown.slice(0, MOST_LINES).map((statement) => {
    const [longest] = statement.nested ?? [];
    const within = longest ? `in it, ${duration(longest.ms)}: ${longest.head}` : '';
    const details = [locksOf(statement), rowsOf(statement), filesOf(statement), within].filter(Boolean).join('; ');
    return `  ${String(statement.number).padStart(4)}  ${duration(statement.ms).padStart(7)}  ${statement.head}${details ? `\n                 ${details}` : ''}`;
  });
  const rest = migration.statements.length - lines.length;
  return [
    `${migration.name}: ${counted(migration.statements.length, 'statement')} in ${duration(ms)}, ${bytes(wal)} of WAL`,
    ...lines,
    ...(rest > 0 ? [`        and ${counted(rest, 'other')}`] : []),
  ];
}
