import { constraintsOf, defineCheck } from '../check.ts';

export const enumForClosedSet = defineCheck<{ table: string; column: string; definition: string }>({
  id: 'enum-for-closed-set',
  expected: 'an enum type',
  // `column in ('a', 'b')` is kept as `column = ANY (ARRAY['a', 'b'])`.
  query: `
    select k."table", k.columns[1] as "column", pg_get_constraintdef(k.oid) as definition
      from keys k join pg_attribute a on a.attrelid = k.conrelid and k.conkey = array[a.attnum] join pg_type y on y.oid = a.atttypid
     where k.contype = 'c' and y.typcategory = 'S'
       and pg_get_constraintdef(k.oid) ~ $$^CHECK \\(\\(+("[^"]+"|\\w+)\\)?(::text)? = ANY \\(+ARRAY\\['$$
     order by 1, 2`,
  offences: (rows) =>
    rows.map(({ table, column, definition }) => ({
      object: `${table}.${column}`,
      seen: `text, with ${definition}`,
      evidence: constraintsOf(table, 'c'),
    })),
});
