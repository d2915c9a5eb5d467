import { parseNodeTree } from '../../catalog/node-tree.ts';
import { sortedBy } from '../../catalog/order.ts';
import { clausesOf } from '../../catalog/policies.ts';
import { type Check, onTable, policiesOf } from '../check.ts';
import { unwrappedCalls } from '../expression.ts';

export const wrappedCalls: Check = {
  id: 'wrapped-calls',
  expected: '(select …) around every call that does not look at the row',
  offences: ({ policies }) =>
    sortedBy(
      policies.flatMap((policy) => {
        const trees = [policy.usingTree, policy.checkTree];
        const calls = new Set(trees.flatMap((tree) => unwrappedCalls(parseNodeTree(tree), policy.calls)));
        if (calls.size === 0) return [];
        const names = [...calls].map((name) => `${name}()`).join(' and ');
        return [
          {
            object: onTable(policy, policy.tableSql),
            seen: `${names}, called once a row, in ${clausesOf(policy.using, policy.check)}`,
            evidence: policiesOf(policy.tableSql),
          },
        ];
      }),
      ({ object }) => [object],
    ),
};
