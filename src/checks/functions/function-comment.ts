import { defineCheck, literal } from '../check.ts';

export const functionComment = defineCheck<{ id: string }>({
  id: 'function-comment',
  expected: 'a comment that says what it does',
  query: `
    select id from functions f where f.api and obj_description(f.oid, 'pg_proc') is null order by id`,
  offences: (rows) =>
    rows.map(({ id }) => ({
      object: id,
      seen: 'no comment',
      evidence: `select obj_description(${literal(id)}::regprocedure, 'pg_proc');`,
    })),
});
