import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

export interface Sequence {
  readonly schema: string;
  readonly name: string;
  /** `schema.name`. */
  readonly id: string;
  /** The same, quoted where SQL needs it. */
  readonly sql: string;
  readonly owner: string;
  readonly type: string;
  /** Numbers as text: they go beyond what a number of JavaScript holds exactly. */
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  /** How many numbers a session takes at once. */
  readonly cache: string;
  readonly cycle: boolean;
  readonly unlogged: boolean;
  /** Whether it belongs to an identity column, which says all of it but its numbers. */
  readonly identity: boolean;
  /** The column that owns it (OWNED BY), so that it is dropped with the column: the id of the table, and the name. */
  readonly ownedBy: { readonly table: string; readonly column: string } | null;
  readonly comment: string | null;
}

// A column owns its sequence by a dependency: automatic for serial, internal for identity.
const query = (scope: CatalogScope): string => `
  select n.nspname as schema, c.relname as name, n.nspname || '.' || c.relname as id, format('%I.%I', n.nspname, c.relname) as sql,
         pg_get_userbyid(c.relowner) as owner, format_type(s.seqtypid, null) as type, s.seqstart::text as start, s.seqincrement::text as increment,
         s.seqmin::text as minimum, s.seqmax::text as maximum, s.seqcache::text as cache, s.seqcycle as cycle,
         c.relpersistence = 'u' as unlogged,
         exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'i') as identity,
         (select json_build_object('table', tn.nspname || '.' || t.relname, 'column', a.attname)
            from pg_depend d join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
            join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
           where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')) as "ownedBy",
         obj_description(c.oid, 'pg_class') as comment
    from pg_class c join pg_sequence s on s.seqrelid = c.oid join pg_namespace n on n.oid = c.relnamespace
   where ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
   order by ${bySchema(scope, 'n.nspname')}, c.relname collate "C"`;

/** Reads every sequence of a scope, those of serial and identity columns too, by schema and then by name. */
export async function readSequences(client: pg.Client, scope: CatalogScope): Promise<readonly Sequence[]> {
  return readRows(client, query(scope));
}
