import { columnOf, defineCheck } from '../check.ts';

export const timestampNotNull = defineCheck<{
  table: string;
  column: string;
  nullable: boolean;
  standard: string | null;
}>({
  id: 'timestamp-not-null',
  expected: 'not null default now()',
  query: `
    select t.id as "table", a.attname as "column", not a.attnotnull as nullable, pg_get_expr(d.adbin, d.adrelid) as standard
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attname in ('created_at', 'updated_at')
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
     where not a.attnotnull or coalesce(pg_get_expr(d.adbin, d.adrelid), '') not in ('now()', 'CURRENT_TIMESTAMP')
     order by 1, 2`,
  offences: (rows) =>
    rows.map(({ table, column, nullable, standard }) => ({
      object: `${table}.${column}`,
      seen: `${nullable ? 'nullable' : 'not null'}, ${standard ? `default ${standard}` : 'no default'}`,
      evidence: columnOf(table, column),
    })),
});
