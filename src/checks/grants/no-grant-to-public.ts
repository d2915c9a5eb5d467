import { defineCheck, literal } from '../check.ts';

export const noGrantToPublic = defineCheck<{ object: string; kind: string; privileges: string }>({
  id: 'no-grant-to-public',
  expected: 'grants to named roles only',
  query: `
    select object, kind, lower(string_agg(privilege, ', ' order by privilege)) as privileges from (
      select s.id, 'schema', g.privilege_type
        from schemas s, aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) g where g.grantee = 0
      union all
      select r.id, 'table', g.privilege_type from relations r, aclexplode(r.relacl) g where g.grantee = 0
      union all
      select format('%s.%I', r.id, a.attname), 'column', g.privilege_type
        from relations r join pg_attribute a on a.attrelid = r.oid, aclexplode(a.attacl) g where g.grantee = 0
    ) granted (object, kind, privilege)
     group by object, kind order by object`,
  offences: (rows) =>
    rows.map(({ object, kind, privileges }) => ({
      object,
      seen: `${privileges} to public`,
      evidence: aclOf(object, kind),
    })),
});

function aclOf(object: string, kind: string): string {
  if (kind === 'schema') return `select nspacl from pg_namespace where oid = ${literal(object)}::regnamespace;`;
  if (kind === 'table') return `select relacl from pg_class where oid = ${literal(object)}::regclass;`;
  const table = object.slice(0, object.lastIndexOf('.'));
  return `select attname, attacl from pg_attribute where attrelid = ${literal(table)}::regclass and attacl is not null;`;
}
