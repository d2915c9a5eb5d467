import { summaryText } from '../report/text.ts';
import type { QuarantinedRow, RestoreResult } from './model.ts';

/** Rows that are listed one by one. */
const SHOWN = 20;

/** A report for people: how many rows were restored and how many stay quarantined, by table, and the reason of each that stays. */
export function restoredText({ restored, left }: RestoreResult, kept: boolean): string {
  if (restored.length + left.length === 0) return 'No row in quarantine matches.';
  const tables = [...new Set([...restored, ...left].map(({ source }) => source))].sort();
  const count = (rows: readonly QuarantinedRow[], table: string): number =>
    rows.filter(({ source }) => source === table).length;
  const lines = tables.map(
    (table) => [table, `${count(restored, table)} restored, ${count(left, table)} still quarantined`] as const,
  );
  return [
    summaryText(lines),
    ...left.slice(0, SHOWN).map(({ source, id, reason }) => `  ${source} ${id}: ${reason}`),
    ...(left.length > SHOWN ? [`  and ${left.length - SHOWN} more; --format json lists all`] : []),
    kept ? '' : 'A dry run: the database is unchanged.',
  ]
    .filter(Boolean)
    .join('\n');
}
