import type pg from 'pg';
import { type Difference, FIRST } from './differences.ts';
import { type Accounting, type LegacyTable, setAsideIn } from './mapping.ts';

/**
 * The rows of a target table that came from no legacy row: those that a rule makes, counted, and those that nothing
 * explains. Beside them, rows in quarantine that no legacy row stands behind.
 */
export async function unexpectedRows(
  client: pg.Client,
  table: string,
  { source, target }: LegacyTable,
  { made, quarantine }: Accounting,
): Promise<{ made: Record<string, number>; differences: Difference[] }> {
  if (!made) return { made: {}, differences: [] };
  const rules = made[table] ?? [];
  const rule = `case ${rules.map((each) => `when ${each.sql} then '${each.rule}'`).join(' ')} end`;
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
      where q.source_table in ('${table}', 'public.${table}', '${source}')
        and not exists (select from ${source} o where o.id::text = q.source_id::text and (to_jsonb(o) = q.row_data) is true)`,
  );
  const named = (ids: readonly string[]) => ids.map((id) => ({ id, before: null, after: null }));
  return {
    made: Object.fromEntries(rows.filter((row) => row.rule !== null).map((row) => [row.rule, row.times])),
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
