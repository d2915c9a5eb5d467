import type { Table } from '../catalog/table.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { type FreshKeys, freshValue } from './fresh.ts';

/**
 * The values of copies of a caller's rows that belong to another persona, from a row `o`: in the columns that say whose
 * the row is, the other's id stands; what refers to a row together with its owner, or to a row of the caller's own,
 * refers to the copy of that row.
 * @param heirs the ids of the caller, each with the other's in its place
 * @param ownParents the tables of the caller's own rows to which the rows refer
 * @returns undefined where such a copy would still be the caller's
 */
export function givenValues(
  table: Table,
  owners: ReadonlySet<string>,
  heirs: ReadonlyMap<string, string>,
  fresh: ReadonlyMap<string, FreshKeys>,
  ownParents: ReadonlySet<string>,
): Map<string, string> | undefined {
  const keys = fresh.get(table.id);
  if (!keys) return undefined;
  const values = new Map(keys);
  for (const { name, sql, type } of table.columns) {
    if (!owners.has(name)) continue;
    const cases = [...heirs].map(([from, to]) => `when ${quoteLiteral(from)} then ${quoteLiteral(to)}::${type}`);
    values.set(name, `case o.${sql}::text ${cases.join(' ')} else o.${sql} end`);
  }
  for (const { columns, referenced, referencedColumns } of table.foreignKeys) {
    const withOwner = columns.some((name) => owners.has(name));
    if (!withOwner && (owners.size > 0 || !ownParents.has(referenced))) continue;
    let refersToCopy = false;
    for (const [at, name] of columns.entries()) {
      const value = freshValue(table, name);
      if (owners.has(name) || !value || !fresh.get(referenced)?.has(referencedColumns[at] ?? '')) continue;
      values.set(name, value);
      refersToCopy = true;
    }
    if (!withOwner && !refersToCopy) return undefined;
  }
  return owners.size > 0 || ownParents.size > 0 ? values : undefined;
}
