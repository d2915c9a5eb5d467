import { idOf, type MeasuredTable, measureTable } from '../accounting/measure.ts';
import type { Deviation, Findings } from '../report/deviation.ts';
import type { Restored } from './restore.ts';
import type { LiveSource } from './source/live.ts';

/**
 * Whether the copy is what the source is: of a database, every row and every value, seen at the moment of the dump; of a
 * dump, as many rows as it has.
 */
export async function sameAsSource(
  tables: readonly MeasuredTable[],
  { rows }: Restored,
  live: LiveSource | undefined,
  tell: (text: string) => void,
): Promise<Findings> {
  const deviations: Deviation[] = [];
  if (!live) {
    for (const { schema, name, measure: copied } of tables) {
      const dumped = rows.get(`${schema}.${name}`) ?? copied.rows;
      if (dumped !== copied.rows)
        deviations.push(deviation(`${schema}.${name}`, `${dumped} rows, as in the dump`, `${copied.rows} rows`));
    }
    return { deviations, notEvaluated: [] };
  }
  for (const table of live.tables) {
    tell(`${table.schema}.${table.name} of the source`);
    const copied = tables.find((each) => idOf(each) === idOf(table));
    if (!copied) {
      deviations.push(deviation(idOf(table), 'the table', 'none in the copy'));
      continue;
    }
    const there = await measureTable(live.client, { ...table, key: copied.key });
    if (there.rows !== copied.measure.rows)
      deviations.push(deviation(idOf(table), `${there.rows} rows, as in the source`, `${copied.measure.rows} rows`));
    for (const { name, nulls, checksum } of there.columns) {
      const here = copied.measure.columns.find((column) => column.name === name);
      if (here?.checksum !== checksum || here.nulls !== nulls)
        deviations.push(
          deviation(
            `${idOf(table)}.${name}`,
            `checksum ${checksum}, ${nulls} NULLs, as in the source`,
            here ? `checksum ${here.checksum}, ${here.nulls} NULLs` : 'no such column',
          ),
        );
    }
  }
  return { deviations, notEvaluated: [] };
}

const deviation = (where: string, expected: string, seen: string): Deviation => ({
  check: 'legacy rows',
  where,
  expected,
  seen: `${seen} in the copy, before any migration`,
  fix: 'The copy is not what the source is: make it again, and do not trust this rehearsal.',
});
