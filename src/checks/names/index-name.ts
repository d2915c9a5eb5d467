import { defineCheck, indexesOf } from '../check.ts';
import { allowedNames } from '../names.ts';

interface Index {
  readonly id: string;
  readonly name: string;
  readonly table: string;
  readonly tableName: string;
  /** The columns; null where there is an expression. */
  readonly columns: readonly (string | null)[];
  readonly partial: boolean;
}

export const indexName = defineCheck<Index>({
  id: 'index-name',
  expected: 'idx_{table}_{columns}, and _partial at the end of a partial one',
  query: `
    select format('%I.%I', n.nspname, c.relname) as id, c.relname as name, t.id as "table", t.name as "tableName", i.indpred is not null as partial,
           array(select a.attname::text from generate_series(0, i.indnkeyatts - 1) s
                   left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[s] and a.attnum <> 0 order by s) as columns
      from pg_index i join tables t on t.oid = i.indrelid
      join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     where not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
     order by 1`,
  offences: (rows) =>
    rows
      .filter((index) => !isNamed(index))
      .map(({ id, name, table }) => ({ object: id, seen: name, evidence: indexesOf(table) })),
});

function isNamed({ name, tableName, columns, partial }: Index): boolean {
  const ending = partial ? 'partial' : '';
  const named = columns.filter((column) => column !== null);
  if (named.length === columns.length) return allowedNames(`idx_${tableName}`, named.join('_'), ending).includes(name);
  // What an expression is called is for people to say; the table and the ending stay.
  const pattern = columns.map((column) => (column === null ? '[a-z0-9_]+' : RegExp.escape(column))).join('_');
  return new RegExp(`^idx_${RegExp.escape(tableName)}_${pattern}${partial ? '_partial' : '(?<!_partial)'}$`).test(name);
}
