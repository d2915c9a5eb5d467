import { sortedBy } from '../../catalog/order.ts';
import { type Check, onTable, policiesOf } from '../check.ts';

/** A capital letter and at least three words, as in “Users can view their own tasks”. */
const SENTENCE = /^\p{Lu}[^_]*( [^\s_]+){2,}$/u;

export const policyNamedAsSentence: Check = {
  id: 'policy-named-as-sentence',
  expected: 'a sentence, such as “Users can view their own tasks”',
  offences: ({ policies }) =>
    sortedBy(
      policies
        .filter(({ name }) => !SENTENCE.test(name))
        .map((policy) => ({
          object: onTable(policy, policy.tableSql),
          seen: `“${policy.name}”`,
          evidence: policiesOf(policy.tableSql),
        })),
      ({ object }) => [object],
    ),
};
