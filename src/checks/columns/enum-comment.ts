import { defineCheck, literal } from '../check.ts';

export const enumComment = defineCheck<{ id: string }>({
  id: 'enum-comment',
  expected: 'a comment that says what is told apart',
  query: `
    select y.oid::regtype::text as id from pg_type y join schemas s on s.oid = y.typnamespace
     where y.typtype = 'e' and obj_description(y.oid, 'pg_type') is null
       and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = y.oid and d.deptype = 'e')
     order by 1`,
  offences: (rows) =>
    rows.map(({ id }) => ({
      object: id,
      seen: 'no comment',
      evidence: `select obj_description(${literal(id)}::regtype, 'pg_type');`,
    })),
});
