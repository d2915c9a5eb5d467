import type { Index } from '../../catalog/indexes.ts';
import { sortedBy } from '../../catalog/order.ts';
import { type Check, indexesOf } from '../check.ts';
import { allowedNames } from '../names.ts';

export const indexName: Check = {
  id: 'index-name',
  expected: 'idx_{table}_{columns}, and _partial at the end of a partial one',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap(({ sql: table, name, indexes }) =>
        indexes
          .filter((index) => index.constraint === null && !isNamed(index, name))
          .map((index) => ({ object: index.sql, seen: index.name, evidence: indexesOf(table) })),
      ),
      ({ object }) => [object],
    ),
};

function isNamed({ name, keys, predicate }: Index, tableName: string): boolean {
  const columns = keys.map(({ column }) => column);
  const partial = predicate !== null;
  const ending = partial ? 'partial' : '';
  const named = columns.filter((column) => column !== null);
  if (named.length === columns.length) return allowedNames(`idx_${tableName}`, named.join('_'), ending).includes(name);
  // What an expression is called is for people to say; the table and the ending stay.
  const pattern = columns.map((column) => (column === null ? '[a-z0-9_]+' : RegExp.escape(column))).join('_');
  return new RegExp(`^idx_${RegExp.escape(tableName)}_${pattern}${partial ? '_partial' : '(?<!_partial)'}$`).test(name);
}
