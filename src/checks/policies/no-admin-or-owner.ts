import { parseNodeTree } from '../../catalog/node-tree.ts';
import { sortedBy } from '../../catalog/order.ts';
import { clausesOf } from '../../catalog/policies.ts';
import { type Check, onTable, policiesOf } from '../check.ts';
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
          seen: clausesOf(policy.using, policy.check),
          evidence: policiesOf(policy.tableSql),
        })),
      ({ object }) => [object],
    ),
};
