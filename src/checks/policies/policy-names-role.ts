import { defineCheck, policiesOf } from '../check.ts';

export const policyNamesRole = defineCheck<{ id: string; table: string }>({
  id: 'policy-names-role',
  expected: 'to one or more named roles',
  query: `select p.id, p."table" from policies p where 0 = any (p.polroles) order by p.id`,
  offences: (rows) => rows.map(({ id, table }) => ({ object: id, seen: 'to public', evidence: policiesOf(table) })),
});
