import { columnOf, defineCheck } from '../check.ts';

export const timestamptz = defineCheck<{ table: string; column: string; type: string }>({
  id: 'timestamptz',
  expected: 'timestamptz',
  query: `
    select t.id as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     where a.atttypid in ('timestamp'::regtype, 'timetz'::regtype, 'timestamp[]'::regtype)
     order by 1, 2`,
  offences: (rows) =>
    rows.map(({ table, column, type }) => ({
      object: `${table}.${column}`,
      seen: type,
      evidence: columnOf(table, column),
    })),
});
