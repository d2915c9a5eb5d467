import { defineCheck, policiesOf } from '../check.ts';

/** A capital letter and at least three words, as in “Users can view their own tasks”. */
const SENTENCE = /^\p{Lu}[^_]*( [^\s_]+){2,}$/u;

export const policyNamedAsSentence = defineCheck<{ id: string; table: string; name: string }>({
  id: 'policy-named-as-sentence',
  expected: 'a sentence, such as “Users can view their own tasks”',
  query: `select p.id, p."table", p.name from policies p order by p.id`,
  offences: (rows) =>
    rows
      .filter(({ name }) => !SENTENCE.test(name))
      .map(({ id, table, name }) => ({ object: id, seen: `“${name}”`, evidence: policiesOf(table) })),
});
