import type pg from 'pg';
import { quoteLiteral } from '../sql/quote.ts';
import type { LegacyDifference } from './differences.ts';
import { FIRST } from './first-rows.ts';
import { isFrom, setAsideIn } from './quarantine.ts';
import type { Accounting, LegacyTable } from './settings.ts';

/** The rows of a target table that came from no legacy row. */
export interface NewRows {
  /** Rule → rows that it explains. */
  readonly byRule: Readonly<Record<string, number>>;
  readonly differences: readonly LegacyDifference[];
}

/**
 * Counts the rows of a target table that came from no legacy row, by the rule of `expectedNewRows` that explains them.
 * Rows that no rule explains are differences, and so are rows in quarantine that are not like the legacy row of their id.
 */
export async function countNewRows(
  client: pg.Client,
  table: string,
  legacy: LegacyTable,
  { expectedNewRows, quarantine, sourceSchema }: Accounting,
): Promise<NewRows> {
  if (!expectedNewRows) return { byRule: {}, differences: [] };
  const { source, target } = legacy;
  const rules = expectedNewRows[table] ?? [];
  const rule = `case ${rules.map((each) => `when ${each.sql} then ${quoteLiteral(each.rule)}`).join(' ')} end`;
  const { rows } = await client.query<{ rule: string | null; times: number; ids: string[] }>(
    `select rule, count(*)::int as times, (array_agg(id order by id))[:${FIRST}] as ids
       from (select t.id::text as id, ${rules.length > 0 ? rule : 'null::text'} as rule from ${target} t
              where not exists (select from ${source} o where o.id = t.id)) n
      group by rule`,
  );
  // `is true` keeps the planner from writing every row of the table as JSON, to look the few of the quarantine up by it.
  const { rows: strays } = await client.query<{ times: number; ids: string[] }>(
    `select count(*)::int as times, (array_agg(q.source_id::text order by q.source_id::text))[:${FIRST}] as ids
       from ${setAsideIn(quarantine)} q
      where ${isFrom(table, legacy, sourceSchema)}
        and not exists (select from ${source} o where o.id::text = q.source_id::text and (to_jsonb(o) = q.row_data) is true)`,
  );
  const named = (ids: readonly string[]) => ids.map((id) => ({ id, before: null, after: null }));
  return {
    byRule: Object.fromEntries(rows.filter((row) => row.rule !== null).map((row) => [row.rule, row.times])),
    differences: [
      ...rows
        .filter((row) => row.rule === null)
        .map(({ times, ids }) => ({ table, kind: 'unexpected' as const, count: times, rows: named(ids) })),
      ...strays
        .filter(({ times }) => times > 0)
        .map(({ times, ids }) => ({ table, kind: 'stray' as const, count: times, rows: named(ids) })),
    ],
  };
}
