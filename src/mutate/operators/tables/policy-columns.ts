import type { Policy } from '../../../catalog/policies.ts';
import { nodesOfType, stringOf } from '../../../sql/tree.ts';
import { CONDITION, parsedCode, toBytes } from '../edits/code.ts';

/** For each table, the names of the columns that its policies read. A name may be another relation's in a subquery. */
export function namesOfColumns(policies: readonly Policy[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { table, using, check } of policies) {
    const names = found.get(table) ?? new Set();
    found.set(table, names);
    for (const condition of [using, check]) {
      if (condition === null) continue;
      for (const { fields } of nodesOfType(parsedCode(toBytes(condition), CONDITION).tree, 'ColumnRef'))
        names.add(stringOf((fields as unknown[]).at(-1)) ?? '');
    }
  }
  return found;
}
