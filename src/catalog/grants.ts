import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** The kinds of objects that have privileges. A table is any relation but a sequence. */
export type GrantedKind =
  | 'database'
  | 'language'
  | 'foreign-data wrapper'
  | 'foreign server'
  | 'schema'
  | 'table'
  | 'column'
  | 'sequence'
  | 'function'
  | 'type'
  | 'parameter'
  | 'large object';

/** One privilege on one object for one role. */
export interface Grant {
  readonly kind: GrantedKind;
  /** The schema of the object, or which it is; null for what is in none. */
  readonly schema: string | null;
  /**
   * The object as other readers name it: the id of a relation, sequence or type, the signature of a function, or a name.
   * Of a column, the id of its table.
   */
  readonly object: string;
  /** The object, quoted where SQL needs it. */
  readonly sql: string;
  /** The column, as it is and quoted where SQL needs it. */
  readonly column: string | null;
  readonly columnSql: string | null;
  /** The role that has it, or `public`; the second is quoted where SQL needs it. */
  readonly grantee: string;
  readonly granteeSql: string;
  readonly grantor: string;
  /** As PostgreSQL names it, such as `SELECT`. */
  readonly privilege: string;
  /** Whether the grantee may grant it on. */
  readonly grantable: boolean;
  /** Whether the grantee owns the object. */
  readonly toOwner: boolean;
  /** Whether the owner granted it: a superuser grants as the owner. */
  readonly byOwner: boolean;
  /** Whether it is one of PostgreSQL's defaults: nothing was ever granted or revoked on the object (its ACL is null). */
  readonly implicit: boolean;
}

/** SQL for a role's name by its id; 0 is PUBLIC. */
export const granteeName = (oid: string): string =>
  `case ${oid} when 0 then 'public' else pg_get_userbyid(${oid})::text end`;

// Columns have no privileges of their own unless some are granted.
const query = (scope: CatalogScope): string => `
  with objects (kind, schema, object, sql, column_name, acl, built_in, owner) as (
    select 'database', null, d.datname::text, quote_ident(d.datname), null, d.datacl, 'd', d.datdba from pg_database d where d.datname = current_database()
    union all
    select 'language', null, l.lanname::text, quote_ident(l.lanname), null, l.lanacl, 'l', l.lanowner from pg_language l
    union all
    select 'foreign-data wrapper', null, w.fdwname::text, quote_ident(w.fdwname), null, w.fdwacl, 'F', w.fdwowner from pg_foreign_data_wrapper w
    union all
    select 'foreign server', null, s.srvname::text, quote_ident(s.srvname), null, s.srvacl, 'S', s.srvowner from pg_foreign_server s
    union all
    select 'parameter', null, p.parname, quote_ident(p.parname), null, p.paracl, 'p', 10 from pg_parameter_acl p
    union all
    select 'large object', null, l.oid::text, l.oid::text, null, l.lomacl, 'L', l.lomowner from pg_largeobject_metadata l
    union all
    select 'schema', n.nspname::text, n.nspname::text, quote_ident(n.nspname), null, n.nspacl, 'n', n.nspowner
      from pg_namespace n where ${inScope(scope, 'n.nspname')}
    union all
    select case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), null,
           c.relacl, case c.relkind when 'S' then 's' else 'r' end, c.relowner
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
    union all
    select 'column', n.nspname, n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), a.attname, a.attacl, null, c.relowner
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where a.attacl is not null and not a.attisdropped and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
    union all
    select 'function', n.nspname, format('%s.%s(%s)', n.nspname, p.proname,
                                         (select string_agg(format_type(a.type, null), ', ' order by a.position) from unnest(p.proargtypes::oid[]) with ordinality a (type, position))),
           p.oid::regprocedure::text, null, p.proacl, 'f', p.proowner
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_proc', 'p.oid')}
    union all
    select 'type', n.nspname, n.nspname || '.' || t.typname, format('%I.%I', n.nspname, t.typname), null, t.typacl, 'T', t.typowner
      from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
       and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_type', 't.oid')}
  )
  select * from (
  select o.kind, o.schema, o.object, o.sql, o.column_name as "column", quote_ident(o.column_name) as "columnSql", ${granteeName('g.grantee')} as grantee, quote_ident(${granteeName('g.grantee')}) as "granteeSql",
         pg_get_userbyid(g.grantor) as grantor, g.privilege_type as privilege, g.is_grantable as grantable, g.grantee = o.owner as "toOwner", g.grantor = o.owner as "byOwner", o.acl is null as implicit
    from objects o cross join lateral aclexplode(coalesce(o.acl, acldefault(o.built_in::"char", o.owner))) g
  ) granted
   order by schema is not null, ${bySchema(scope, 'schema')}, object collate "C", kind, "column" collate "C", grantee collate "C", privilege, grantor collate "C"`;

/**
 * Reads every privilege on the objects of a scope, and on what is in no schema; of the owners too. Where PostgreSQL keeps
 * none, those that it then gives by itself are listed (such as EXECUTE on functions for PUBLIC).
 */
export async function readGrants(client: pg.Client, scope: CatalogScope): Promise<readonly Grant[]> {
  return readRows(client, query(scope));
}
