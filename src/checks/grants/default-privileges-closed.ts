import { defineCheck } from '../check.ts';

interface Default {
  readonly owner: string;
  readonly schema: string;
  readonly kind: string;
  readonly grantees: string;
}

export const defaultPrivilegesClosed = defineCheck<Default>({
  id: 'default-privileges-closed',
  expected: 'privileges for the owner alone',
  // What holds for every schema stands with schema 0, or is what PostgreSQL gives by itself; a schema can only add.
  query: `
    select o.owner::regrole::text as owner, s.id as schema, k.kind,
           string_agg(distinct case g.grantee when 0 then 'public' else g.grantee::regrole::text end, ', ') as grantees
      from (select relowner from relations union select proowner from functions) o (owner)
      cross join (values ('r'::"char", 'r'::"char", 'tables'), ('S', 's', 'sequences'), ('f', 'f', 'functions')) k (letter, built_in, kind)
      cross join schemas s
      cross join lateral (
        select grantee
          from aclexplode(coalesce((select d.defaclacl from pg_default_acl d
                                     where d.defaclrole = o.owner and d.defaclnamespace = 0 and d.defaclobjtype = k.letter),
                                   acldefault(k.built_in, o.owner)))
        union
        select e.grantee from pg_default_acl d, aclexplode(d.defaclacl) e
         where d.defaclrole = o.owner and d.defaclnamespace = s.oid and d.defaclobjtype = k.letter) g
     where g.grantee <> o.owner
     group by 1, 2, 3 order by 1, 2, 3`,
  offences: (rows) =>
    rows.map(({ owner, schema, kind, grantees }) => ({
      object: `${kind} that ${owner} makes in ${schema}`,
      seen: `privileges for ${grantees}`,
      evidence:
        'select defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl from pg_default_acl;',
    })),
});
