import type { Policy } from '../catalog/policies.ts';
import { clausesOf } from '../catalog/policies.ts';
import { type References, referencesOfExpression } from '../sql/references.ts';
import { hasSubquery, withoutCallSubqueries } from '../sql/subqueries.ts';
import { type CheckInput, type Finding, placesInWords, type TableRule } from './finding.ts';
import { nameOf } from './references.ts';

/**
 * Citus refuses a policy with a subquery on any table that it manages, and a policy runs where the rows are: on one
 * node, which can't query the others. A subquery that only calls a function becomes the call.
 */
export const policyRule: TableRule = function* (table, place, input) {
  if (place.kind !== 'local') for (const policy of table.policies) yield judgePolicy(policy, input);
};

function judgePolicy(policy: Policy, input: CheckInput): Finding {
  const object = `${policy.sql} on ${policy.table}`;
  const base = { rule: 'policy' as const, where: policy.table, object };
  const change = { drop: [`drop policy ${policy.sql} on ${policy.tableSql};`], was: policy.definition };
  const [using, check] = [policy.using, policy.check].map((clause) => clause && withoutCallSubqueries(clause));
  const clauses = [using, check].filter((clause) => typeof clause === 'string');
  if (clauses.some(hasSubquery)) {
    const fix = 'Use a column of the row itself, or settle how these rows are read.';
    return { ...base, status: 'broken', says: `${policy.name}: a subquery`, fix, change };
  }
  for (const references of clauses.map(referencesOfExpression)) {
    const touched = reachedTables(references, input);
    if (touched.length === 0) continue;
    const called = [...references.functions].find((name) => readsTables(name, input)) ?? '';
    const shown = input.functions.find((routine) => nameOf(routine) === called)?.sql ?? called;
    return {
      ...base,
      object: `${shown}() in policies`,
      status: 'broken',
      says: `${policy.name}: ${shown}() reads ${placesInWords(touched, input)}`,
      fix: 'Use the claims of the request instead, or settle how this is done.',
      change,
    };
  }
  if (using === policy.using && check === policy.check) return { ...base, status: 'holds', says: policy.name };
  return {
    ...base,
    status: 'changed',
    says: `${policy.name}: calls its function without a subquery`,
    change: {
      add: [`alter policy ${policy.sql} on ${policy.tableSql} ${clausesOf(using ?? null, check ?? null)};`],
      was: policy.definition,
    },
  };
}

const reachedTables = (references: References, { references: all, byId }: CheckInput): string[] =>
  [...all.reached(references)].filter((id) => byId.has(id));

const readsTables = (name: string, input: CheckInput): boolean =>
  input.references.ofName(name).some((references) => reachedTables(references, input).length > 0);
