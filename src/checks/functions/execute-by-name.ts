import { defineCheck, functionOf } from '../check.ts';

export const executeByName = defineCheck<{ id: string }>({
  id: 'execute-by-name',
  expected: 'execute for named roles only',
  // No privileges written down means those that PostgreSQL gives by itself, and it gives execute to public.
  query: `
    select f.id from functions f
     where exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) g where g.grantee = 0) order by f.id`,
  offences: (rows) => rows.map(({ id }) => ({ object: id, seen: 'execute for public', evidence: functionOf(id) })),
});
