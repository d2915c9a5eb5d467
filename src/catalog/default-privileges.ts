import type pg from 'pg';
import { granteeName } from './grants.ts';
import { readRows } from './scope.ts';

/** The privileges that an object gets when a role creates it. */
export interface DefaultPrivileges {
  /** Whose objects get them; the second is quoted where SQL needs it. */
  readonly owner: string;
  readonly ownerSql: string;
  /** In which schema they are added; null for those that hold in every schema. */
  readonly schema: string | null;
  readonly kind: 'tables' | 'sequences' | 'functions' | 'types' | 'schemas' | 'large objects';
  /** Whether they were never changed, and so are PostgreSQL's own defaults. */
  readonly implicit: boolean;
  readonly grants: readonly {
    /** The role that gets it, or `public`; the second is quoted where SQL needs it. */
    readonly grantee: string;
    readonly granteeSql: string;
    readonly privilege: string;
    readonly grantable: boolean;
  }[];
}

/** A query that shows every entry as PostgreSQL stores it: the evidence of a finding. */
export const DEFAULT_PRIVILEGES_ENTRIES =
  'select defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl from pg_default_acl;';

// Sequences are S among default privileges and s to acldefault().
const QUERY = `
  with kinds (letter, built_in, kind) as (
    values ('r'::"char", 'r'::"char", 'tables'), ('S', 's', 'sequences'), ('f', 'f', 'functions'), ('T', 'T', 'types'), ('n', 'n', 'schemas'), ('L', 'L', 'large objects')
  ), entries (owner, schema, kind, implicit, acl) as (
    select d.defaclrole, n.nspname, k.kind, false, d.defaclacl
      from pg_default_acl d join kinds k on k.letter = d.defaclobjtype left join pg_namespace n on n.oid = d.defaclnamespace
    union all
    select r.oid, null, k.kind, true, acldefault(k.built_in, r.oid)
      from pg_roles r cross join kinds k
     where (r.rolname !~ '^pg_' or r.oid in (select relowner from pg_class union all select proowner from pg_proc))
       and not exists (select from pg_default_acl d where d.defaclrole = r.oid and d.defaclnamespace = 0 and d.defaclobjtype = k.letter)
  )
  select pg_get_userbyid(e.owner) as owner, quote_ident(pg_get_userbyid(e.owner)) as "ownerSql", e.schema, e.kind, e.implicit,
         coalesce((select json_agg(json_build_object('grantee', ${granteeName('g.grantee')}, 'granteeSql', quote_ident(${granteeName('g.grantee')}),
                                                     'privilege', g.privilege_type, 'grantable', g.is_grantable)
                                   order by ${granteeName('g.grantee')} collate "C", g.privilege_type)
                     from aclexplode(e.acl) g), '[]') as grants
    from entries e
   order by pg_get_userbyid(e.owner) collate "C", e.schema collate "C" nulls first, e.kind`;

/**
 * Reads the default privileges of the database. For each kind, each role that is no predefined one, or owns something, has
 * one entry without a schema: what was set, or what PostgreSQL gives by itself. An entry of a schema can only add to it.
 */
export async function readDefaultPrivileges(client: pg.Client): Promise<readonly DefaultPrivileges[]> {
  return readRows(client, QUERY);
}
