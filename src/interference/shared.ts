import type { ForeignKey } from '../catalog/constraints.ts';
import type { Table } from '../catalog/table.ts';
import { quoteIdentifier } from '../sql/quote.ts';

/**
 * The references of a table to rows that belong to nobody, such as a plan: a row that refers to another such row is still
 * whose it was. Column → SQL of another value for a row `s`.
 */
export function sharedReferences(
  table: Table,
  tables: readonly Table[],
  ownersIn: (table: string) => ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const byId = new Map(tables.map((one) => [one.id, one]));
  const isSomebodys = (id: string, visited: ReadonlySet<string>): boolean =>
    ownersIn(id).size > 0 ||
    (byId.get(id)?.foreignKeys ?? []).some(
      ({ referenced }) => !visited.has(referenced) && isSomebodys(referenced, new Set([...visited, referenced])),
    );
  const isAlone = ({ columns }: ForeignKey): boolean =>
    columns.length === 1 &&
    table.foreignKeys.filter((other) => other.columns.includes(columns[0] ?? '')).length === 1 &&
    !table.primaryKey.includes(columns[0] ?? '');
  return new Map(
    table.foreignKeys
      .filter(
        (key) => isAlone(key) && key.referenced !== table.id && !isSomebodys(key.referenced, new Set([key.referenced])),
      )
      .flatMap(({ columns, referencedSql, referencedColumns }) => {
        const column = table.columns.find(({ name }) => name === columns[0]);
        const key = `p.${quoteIdentifier(referencedColumns[0] ?? '')}`;
        const other = `(select ${key} from ${referencedSql} p where ${key} is distinct from s.${column?.sql} order by ${key}::text desc limit 1)`;
        return column ? [[column.name, other] as const] : [];
      }),
  );
}
