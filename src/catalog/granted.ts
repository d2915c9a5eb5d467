import { notExtensionMember } from './scope.ts';

/** A column that a role may select. */
export interface GrantedColumn {
  readonly role: string;
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
  readonly type: string;
}

/** A function that a role may execute. */
export interface GrantedFunction {
  readonly role: string;
  readonly schema: string;
  readonly name: string;
  /** Its signature, as people write it: `schema.name(type, type)`. */
  readonly signature: string;
  /** Why PostGraphile leaves functions of this kind out by its own rules, if it does. */
  readonly leftOut: string | null;
}

// A privilege without USAGE on the schema has no effect: such columns and functions are left out.
// Partitions are in the schema through their parent, and objects of extensions are not part of the application.
/** Each column that each role ($2) may select in the schemas ($1). */
export const GRANTED_COLUMNS = `
  select r.role, n.nspname as schema, c.relname as relation, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   cross join unnest($2::text[]) r (role)
   where n.nspname = any ($1::text[]) and c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition
     and ${notExtensionMember('pg_class', 'c.oid')}
     and has_schema_privilege(r.role, n.oid, 'usage')
     and has_column_privilege(r.role, c.oid, a.attnum, 'select')
   order by n.nspname collate "C", c.relname collate "C", a.attnum`;

/** Each function that each role ($2) may execute in the schemas ($1); trigger functions cannot be called, so not they. */
export const GRANTED_FUNCTIONS = `
  select r.role, n.nspname as schema, p.proname as name,
         format('%s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as signature,
         case
           when p.prokind <> 'f' then 'it is an aggregate, a window function or a procedure'
           when p.proname like '\\_\\_%' then 'its name starts with two underscores, which GraphQL keeps for itself'
           when p.provariadic <> 0 then 'it has a variadic argument'
           when exists (select from pg_proc o where o.pronamespace = p.pronamespace and o.proname = p.proname
                           and o.oid <> p.oid and o.prorettype <> 'trigger'::regtype)
             then 'another function has the same name, and PostGraphile includes neither'
           when p.prorettype = 'record'::regtype and p.proargmodes is null then 'it returns a record without columns'
           when exists (select from pg_type t where t.typnamespace = p.pronamespace and t.typname = p.proname and t.typtype = 'r')
             then 'it is the constructor of a range type'
         end as "leftOut"
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
   cross join unnest($2::text[]) r (role)
   where n.nspname = any ($1::text[]) and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
     and ${notExtensionMember('pg_proc', 'p.oid')}
     and has_schema_privilege(r.role, n.oid, 'usage')
     and has_function_privilege(r.role, p.oid, 'execute')
   order by n.nspname collate "C", p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;

/** The names among the roles ($1) and schemas ($2) that the database does not have. */
export const MISSING_NAMES = `
  select 'role' as kind, name from unnest($1::text[]) name where not exists (select from pg_roles where rolname = name)
  union all
  select 'schema', name from unnest($2::text[]) name where not exists (select from pg_namespace where nspname = name)`;
