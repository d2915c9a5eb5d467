import { defineCheck, literal } from '../check.ts';

export const tableComment = defineCheck<{ id: string }>({
  id: 'table-comment',
  expected: 'a comment that says what a row is',
  query: `
    select id from relations r where r.relkind <> 'S' and not r.relispartition and obj_description(r.oid, 'pg_class') is null order by id`,
  offences: (rows) =>
    rows.map(({ id }) => ({
      object: id,
      seen: 'no comment',
      evidence: `select obj_description(${literal(id)}::regclass, 'pg_class');`,
    })),
});
