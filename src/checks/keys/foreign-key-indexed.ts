import type { ForeignKey } from '../../catalog/constraints.ts';
import type { Index } from '../../catalog/indexes.ts';
import { sortedBy } from '../../catalog/order.ts';
import type { Table } from '../../catalog/table.ts';
import { type Check, indexesOf, onTable } from '../check.ts';

export const foreignKeyIndexed: Check = {
  id: 'foreign-key-indexed',
  expected: 'an index that leads with every column of the foreign key, or a unique one over some of them',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap((table) =>
        table.foreignKeys
          .filter((key) => !table.indexes.some((index) => finds(index, key, table)))
          .map((key) => ({
            object: onTable(key, table.sql),
            seen: `no index leads with ${key.columns.join(', ')}`,
            evidence: indexesOf(table.sql),
          })),
      ),
      ({ object }) => [object],
    ),
};

/** Whether an index finds the rows that refer to one row. */
function finds({ valid, method, predicate, unique, keys }: Index, { columns }: ForeignKey, table: Table): boolean {
  if (!valid || (method !== 'btree' && method !== 'hash')) return false;
  const indexed = keys.map(({ column }) => column);
  const leading = indexed.slice(0, columns.length);
  if (predicate === null && unique && indexed.every((column) => column !== null && columns.includes(column)))
    return true;
  return implied(predicate, columns, table) && columns.every((column) => leading.includes(column));
}

/** A partial index serves where its predicate says no more than what `column = $1` implies. */
function implied(predicate: string | null, columns: readonly string[], table: Table): boolean {
  if (predicate === null) return true;
  const only = table.columns.find(({ name }) => columns.length === 1 && name === columns[0]);
  return only !== undefined && predicate === `(${only.sql} IS NOT NULL)`;
}
