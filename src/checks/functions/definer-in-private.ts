import { defineCheck, functionOf } from '../check.ts';

export const definerInPrivate = defineCheck<{ id: string }>({
  id: 'definer-in-private',
  expected: 'security invoker, or a place in the private schema',
  query: `select f.id from functions f where f.prosecdef and not f.private order by f.id`,
  offences: (rows) => rows.map(({ id }) => ({ object: id, seen: 'security definer', evidence: functionOf(id) })),
});
