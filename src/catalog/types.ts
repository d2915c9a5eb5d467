import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** An enum, domain, range or composite type; the row types of tables and the arrays of types are not listed. */
export interface DatabaseType {
  readonly schema: string;
  readonly name: string;
  /** `schema.name`. */
  readonly id: string;
  /** The same, quoted where SQL needs it. */
  readonly sql: string;
  readonly kind: 'enum' | 'domain' | 'range' | 'composite';
  readonly owner: string;
  /** The labels of an enum, in their order. */
  readonly labels: readonly string[];
  /** The type that a domain narrows or a range spans, with its modifiers. */
  readonly base: string | null;
  readonly notNull: boolean;
  readonly default: string | null;
  /** The constraints of a domain. */
  readonly checks: readonly { readonly name: string; readonly definition: string; readonly validated: boolean }[];
  /** The collation of a domain where that is not the one of the type below it. */
  readonly collation: string | null;
  /** Operator class and functions of a range, as CREATE TYPE names them. */
  readonly range: readonly string[];
  /** The fields of a composite type, in their order. */
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  readonly comment: string | null;
}

const query = (scope: CatalogScope): string => `
  select n.nspname as schema, t.typname as name, n.nspname || '.' || t.typname as id, format('%I.%I', n.nspname, t.typname) as sql,
         case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' else 'composite' end as kind,
         pg_get_userbyid(t.typowner) as owner,
         array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels,
         case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod)
                        when 'r' then (select format_type(r.rngsubtype, null) from pg_range r where r.rngtypid = t.oid) end as base,
         t.typnotnull as "notNull", t.typdefault as "default",
         coalesce((select json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated) order by k.conname collate "C")
                     from pg_constraint k where k.contypid = t.oid and k.contype = 'c'), '[]') as checks,
         case when t.typtype = 'd' and t.typcollation <> (select b.typcollation from pg_type b where b.oid = t.typbasetype)
              then t.typcollation::regcollation::text end as collation,
         coalesce((select array_remove(array['subtype_opclass ' || case when not o.opcdefault then format('%I.%I', on_.nspname, o.opcname) end,
                                             'collation ' || case when r.rngcollation not in (0, 100) then r.rngcollation::regcollation::text end,
                                             'canonical ' || nullif(r.rngcanonical::oid, 0)::regproc, 'subtype_diff ' || nullif(r.rngsubdiff::oid, 0)::regproc,
                                             'multirange_type_name ' || r.rngmultitypid::regtype], null)
                     from pg_range r join pg_opclass o on o.oid = r.rngsubopc join pg_namespace on_ on on_.oid = o.opcnamespace where r.rngtypid = t.oid), '{}') as range,
         coalesce((select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
                     from pg_attribute a where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '[]') as fields,
         obj_description(t.oid, 'pg_type') as comment
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
   where (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
     and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_type', 't.oid')}
   order by ${bySchema(scope, 'n.nspname')}, t.typname collate "C"`;

/** Reads every type of a scope that was made by itself, by schema and then by name. What an extension owns is left out. */
export async function readTypes(client: pg.Client, scope: CatalogScope): Promise<readonly DatabaseType[]> {
  return readRows(client, query(scope));
}
