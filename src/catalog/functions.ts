import type pg from 'pg';

/** A function, procedure, aggregate or window function as the catalogs have it. */
export interface DatabaseFunction {
  readonly schema: string;
  readonly name: string;
  /** `schema.name(type, type)`: every type that is not PostgreSQL's own with its schema, whatever the search path is. */
  readonly signature: string;
  /** `schema.name`, quoted where SQL needs it. */
  readonly sql: string;
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window';
  /** Whether it returns `trigger` or `event_trigger`. */
  readonly trigger: boolean;
  /** Whether it is not even called when an argument is null. */
  readonly strict: boolean;
  readonly returnsSet: boolean;
  /** What a call has to give. */
  readonly parameters: readonly { readonly type: string; readonly variadic: boolean }[];
}

// format_type() leaves out a schema that is in the search path; a signature must read the same on every server.
const TYPE_NAME = `
  case when t.typnamespace = 'pg_catalog'::regnamespace then format_type(t.oid, null)
       when e.oid is not null then format('%I.%I[]', (select nspname from pg_namespace where oid = e.typnamespace), e.typname)
       else format('%I.%I', (select nspname from pg_namespace where oid = t.typnamespace), t.typname) end`;

const QUERY = `
  select * from (
  select n.nspname::text as schema, p.proname as name, format('%I.%I', n.nspname, p.proname) as sql,
         format('%s.%s(%s)', n.nspname, p.proname,
                (select string_agg(${TYPE_NAME}, ', ' order by a.position)
                   from unnest(p.proargtypes::oid[]) with ordinality a (type, position)
                   join pg_type t on t.oid = a.type left join pg_type e on e.oid = t.typelem and t.typcategory = 'A')) as signature,
         case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window' else 'function' end as kind,
         p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as trigger, p.proisstrict as strict, p.proretset as "returnsSet",
         coalesce((select json_agg(json_build_object('type', ${TYPE_NAME}, 'variadic', p.provariadic <> 0 and a.position = p.pronargs) order by a.position)
                     from unnest(case when p.prokind = 'p' then coalesce(p.proallargtypes, p.proargtypes::oid[]) else p.proargtypes::oid[] end)
                          with ordinality a (type, position)
                     join pg_type t on t.oid = a.type left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'), '[]') as parameters
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname = any ($1)
     and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  ) functions
   order by array_position($1, schema), signature collate "C"`;

/** Reads every function of the named schemas, in the order of the schemas; what an extension owns is left out. */
export async function readFunctions(client: pg.Client, schemas: readonly string[]): Promise<DatabaseFunction[]> {
  const { rows } = await client.query<DatabaseFunction>(QUERY, [schemas]);
  return rows;
}
