import { summaryText } from '../report/text.ts';
import type { QuarantinedRow, RestoreResult } from './model.ts';

/** Rows that are listed one by one. */
const SHOWN = 20;

/** A report for people: how many rows were put back and left, table by table, and each row that is left with its reason. */
export function restoredText({ restored, left }: RestoreResult, kept: boolean): string {
  if (restored.length + left.length === 0) return 'Nothing of that is set aside.';
  const tables = [...new Set([...restored, ...left].map(({ source }) => source))].sort();
  const count = (rows: readonly QuarantinedRow[], table: string): number =>
    rows.filter(({ source }) => source === table).length;
  const lines = tables.map(
    (table) => [table, `${count(restored, table)} put back, ${count(left, table)} left`] as const,
  );
  return [
    summaryText(lines),
    ...left.slice(0, SHOWN).map(({ source, id, reason }) => `  ${source} ${id}: ${reason}`),
    ...(left.length > SHOWN ? [`  and ${left.length - SHOWN} more; --format json lists all`] : []),
    kept ? '' : 'A dry run: the database is as it was.',
  ]
    .filter(Boolean)
    .join('\n');
}
