import type { Index } from '../../catalog/indexes.ts';
import { sortedBy } from '../../catalog/order.ts';
import { type Check, indexesOf } from '../check.ts';

export const redundantIndex: Check = {
  id: 'redundant-index',
  expected: 'an index that does what no other index and no unique constraint does',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap(({ sql: table, indexes }) => {
        const ordered = sortedBy(indexes, ({ sql }) => [sql]);
        return ordered.flatMap((index) => {
          const other = ordered.find((candidate) => makesRedundant(candidate, index));
          if (!other) return [];
          const seen = `${index.definition}, and there is ${other.definition}`;
          return [{ object: index.sql, seen, evidence: indexesOf(table) }];
        });
      }),
      ({ object }) => [object],
    ),
};

/** Of two that do the same, the one whose name comes first stays. */
function makesRedundant(other: Index, index: Index): boolean {
  return other !== index && serves(other, index) && (!serves(index, other) || other.sql < index.sql);
}

/** Whether `index` could go, since `other` on the same table does all that it does. */
function serves(other: Index, index: Index): boolean {
  const alike = other.keys.length === index.keys.length;
  const enforces = alike && other.unique && other.nullsNotDistinct === index.nullsNotDistinct;
  const stores = (column: string): boolean =>
    other.included.includes(column) || other.keys.some((key) => key.column === column);
  return (
    other.method === index.method &&
    other.predicate === index.predicate &&
    other.valid &&
    index.constraint === null &&
    (enforces || !index.unique) &&
    // Only a B-tree is of use by its first columns alone.
    (alike || index.method === 'btree') &&
    index.keys.every((key, at) => {
      const same = other.keys[at];
      return (
        same?.definition === key.definition &&
        same.operatorClass === key.operatorClass &&
        same.collation === key.collation
      );
    }) &&
    index.included.every(stores) &&
    sameOrder(other, index)
  );
}

/** A B-tree is read in both directions: all columns turned around are the same order. */
function sameOrder(other: Index, index: Index): boolean {
  const turned = (back: boolean): boolean =>
    index.keys.every(({ descending, nullsFirst }, at) => {
      const same = other.keys[at];
      return same?.descending === (descending !== back) && same.nullsFirst === (nullsFirst !== back);
    });
  return turned(false) || turned(true);
}
