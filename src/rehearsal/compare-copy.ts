import { type MeasuredTable, measureTable, type TableMeasure } from '../accounting/measure.ts';
import type { UserTable } from '../catalog/user-tables.ts';
import type { Deviation, Findings } from '../report/deviation.ts';
import type { RestoredDump } from './restore-dump.ts';
import type { LiveSource } from './source/live.ts';

/**
 * Compares a copy, before any migration, with its source: with a database, every row and every value, as they were
 * when the dump was made; with a dump, the number of rows of each table.
 */
export async function compareCopy(
  tables: readonly MeasuredTable[],
  { rows }: RestoredDump,
  live: LiveSource | undefined,
  tell: (text: string) => void,
): Promise<Findings> {
  if (!live) return { deviations: tables.flatMap((table) => countDeviation(table, rows)), notEvaluated: [] };
  const deviations: Deviation[] = [];
  for (const table of live.tables) {
    tell(`${nameOf(table)} of the source`);
    const copied = tables.find((each) => nameOf(each) === nameOf(table));
    if (!copied) deviations.push(deviation(nameOf(table), 'the table', 'none'));
    else {
      const measure = await measureTable(live.client, { ...table, key: copied.key });
      deviations.push(...measureDeviations(nameOf(table), measure, copied.measure));
    }
  }
  return { deviations, notEvaluated: [] };
}

const nameOf = ({ schema, name }: UserTable): string => `${schema}.${name}`;

/** A dump of INSERT statements does not say how many rows it has. */
function countDeviation(table: MeasuredTable, rows: ReadonlyMap<string, number>): Deviation[] {
  const [copied, dumped] = [table.measure.rows, rows.get(nameOf(table))];
  if (dumped === undefined || dumped === copied) return [];
  return [deviation(nameOf(table), `${dumped} rows, as in the dump`, `${copied} rows`)];
}

function measureDeviations(table: string, source: TableMeasure, copy: TableMeasure): Deviation[] {
  const columns = source.columns.flatMap(({ name, nulls, checksum }) => {
    const copied = copy.columns.find((column) => column.name === name);
    if (copied?.checksum === checksum && copied.nulls === nulls) return [];
    const expected = `checksum ${checksum}, ${nulls} NULLs, as in the source`;
    const seen = copied ? `checksum ${copied.checksum}, ${copied.nulls} NULLs` : 'no such column';
    return [deviation(`${table}.${name}`, expected, seen)];
  });
  if (source.rows === copy.rows) return columns;
  return [deviation(table, `${source.rows} rows, as in the source`, `${copy.rows} rows`), ...columns];
}

const deviation = (where: string, expected: string, seen: string): Deviation => ({
  check: 'legacy rows',
  where,
  expected,
  seen: `${seen} in the copy, before any migration`,
  fix: 'The copy differs from the source, so this result is not reliable: run the rehearsal again.',
});
