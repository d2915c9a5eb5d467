import { sortedBy } from '../../catalog/order.ts';
import { type Check, onTable, policiesOf } from '../check.ts';

export const policyNamesRole: Check = {
  id: 'policy-names-role',
  expected: 'to one or more named roles',
  offences: ({ policies }) =>
    sortedBy(
      policies
        .filter(({ roles }) => roles.some(({ name }) => name === 'public'))
        .map((policy) => ({
          object: onTable(policy, policy.tableSql),
          seen: 'to public',
          evidence: policiesOf(policy.tableSql),
        })),
      ({ object }) => [object],
    ),
};
