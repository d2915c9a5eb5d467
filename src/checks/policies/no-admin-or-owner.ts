import { parseNodeTree } from '../../catalog/node-tree.ts';
import { type Check, clausesOf, onTable, policiesOf, sortedBy } from '../check.ts';
import { mixesRowAndRole } from '../expression.ts';

export const noAdminOrOwner: Check = {
  id: 'no-admin-or-owner',
  expected: 'no OR of a condition on the caller alone with one on the row',
  offences: ({ policies }) =>
    sortedBy(
      policies
        .filter(({ usingTree, checkTree }) =>
          [usingTree, checkTree].some((tree) => mixesRowAndRole(parseNodeTree(tree))),
        )
        .map((policy) => ({
          object: onTable(policy, policy.tableSql),
          seen: clausesOf(policy),
          evidence: policiesOf(policy.tableSql),
        })),
      ({ object }) => [object],
    ),
};
