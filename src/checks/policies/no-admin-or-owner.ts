import { defineCheck, policiesOf } from '../check.ts';
import { mixesRowAndRole } from '../expression.ts';
import { parseNodeTree } from '../node-tree.ts';

interface Policy {
  readonly id: string;
  readonly table: string;
  readonly text: string;
  readonly trees: readonly (string | null)[];
}

export const noAdminOrOwner = defineCheck<Policy>({
  id: 'no-admin-or-owner',
  expected: 'no OR of a condition on the caller alone with one on the row',
  query: `
    select p.id, p."table", p.text, array[p.using_tree, p.check_tree] as trees from policies p order by p.id`,
  offences: (rows) =>
    rows
      .filter(({ trees }) => trees.some((tree) => mixesRowAndRole(parseNodeTree(tree))))
      .map(({ id, table, text }) => ({ object: id, seen: text, evidence: policiesOf(table) })),
});
