import { constraintsOf, defineCheck } from '../check.ts';

export const foreignKeyToId = defineCheck<{ id: string; table: string; definition: string }>({
  id: 'foreign-key-to-id',
  expected: 'a foreign key of uuid columns, to a key that includes the primary key of its parent',
  query: `
    select k.id, k."table", pg_get_constraintdef(k.oid) as definition
      from keys k
     where k.contype = 'f'
       and (exists (select from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.atttypid <> 'uuid'::regtype)
            or not exists (select from pg_constraint p
                            where p.conrelid = k.confrelid and p.contype = 'p' and cardinality(p.conkey) = 1 and p.conkey <@ k.confkey))
     order by k.id`,
  offences: (rows) =>
    rows.map(({ id, table, definition }) => ({ object: id, seen: definition, evidence: constraintsOf(table, 'f') })),
});
