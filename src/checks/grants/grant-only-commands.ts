import { defineCheck, literal } from '../check.ts';

export const grantOnlyCommands = defineCheck<{ id: string; grants: string }>({
  id: 'grant-only-commands',
  expected: 'grants of select, insert, update and delete only',
  // A sequence has other privileges, and public has a check of its own.
  query: `
    select r.id, string_agg(format('%s to %s', lower(g.privilege_type), g.grantee::regrole), ', ' order by g.grantee::regrole::text, g.privilege_type) as grants
      from relations r
      cross join lateral (
        select * from aclexplode(r.relacl)
        union
        select c.* from pg_attribute a, aclexplode(a.attacl) c where a.attrelid = r.oid) g
     where r.relkind <> 'S' and g.grantee not in (0, r.relowner)
       and g.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     group by r.id order by r.id`,
  offences: (rows) =>
    rows.map(({ id, grants }) => ({
      object: id,
      seen: grants,
      evidence: `select relacl from pg_class where oid = ${literal(id)}::regclass;`,
    })),
});
