import { defineCheck, indexesOf } from '../check.ts';

export const foreignKeyIndexed = defineCheck<{ id: string; table: string; columns: string[] }>({
  id: 'foreign-key-indexed',
  expected: 'an index that leads with every column of the foreign key, or a unique one over some of them',
  // A partial index serves where its predicate says no more than what `column = $1` implies.
  query: `
    select k.id, k."table", k.columns
      from keys k
     where k.contype = 'f' and not exists (
       select from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
        where i.indrelid = k.conrelid and i.indisvalid and m.amname in ('btree', 'hash')
          and (i.indpred is null
               or (cardinality(k.columns) = 1 and pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', k.columns[1])))
          and ((i.indnkeyatts >= cardinality(k.conkey) and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
               or (i.indisunique and i.indpred is null and (i.indkey::int2[])[0:i.indnkeyatts - 1] <@ k.conkey)))
     order by k.id`,
  offences: (rows) =>
    rows.map(({ id, table, columns }) => ({
      object: id,
      seen: `no index leads with ${columns.join(', ')}`,
      evidence: indexesOf(table),
    })),
});
