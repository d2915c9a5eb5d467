import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** A function, procedure, aggregate or window function. */
export interface DatabaseFunction {
  readonly schema: string;
  readonly name: string;
  /** `schema.name(type, type)`, as people write it in spec files: names without quotes, of the types of its input. */
  readonly signature: string;
  /** The same as SQL and regprocedure write it: quoted where it must be. */
  readonly identity: string;
  /** `schema.name`, quoted where SQL needs it. */
  readonly sql: string;
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window';
  readonly owner: string;
  readonly language: string;
  /** Whether it returns `trigger` or `event_trigger`, so that no statement can call it. */
  readonly trigger: boolean;
  /** Its type of result, with its schema where that is not PostgreSQL's own; null for a procedure. */
  readonly returns: string | null;
  readonly returnsSet: boolean;
  /** Whether it is not even called when an argument is null. */
  readonly strict: boolean;
  /** Whether it runs with its owner's rights. */
  readonly securityDefiner: boolean;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  /** Whether it reveals nothing of its arguments but by its result: the planner may run it before policies. */
  readonly leakproof: boolean;
  readonly parallel: 'safe' | 'restricted' | 'unsafe';
  /** The settings of its SET clauses, each as in `search_path=pg_catalog, pg_temp`. */
  readonly settings: readonly string[];
  /** The planner's cost of a call (in cpu_operator_cost) and number of rows of a set; null for PostgreSQL's defaults. */
  readonly cost: number | null;
  readonly rows: number | null;
  /** The function that the planner asks about it; `schema.function`. */
  readonly support: string | null;
  /** The arguments as SQL: names, modes and defaults. */
  readonly argumentsSql: string;
  /** The type of its result as SQL, such as `TABLE(id uuid)`; null for a procedure. */
  readonly returnsSql: string | null;
  /** The options of CREATE AGGREGATE; none when it is no aggregate. */
  readonly aggregate: readonly string[];
  /** Its body: of one in SQL with a parsed body, that as SQL; of one in C, its symbol. */
  readonly source: string;
  /** All its arguments, those of output and of its result table too; the names as they are, empty where there is none. */
  readonly arguments: readonly FunctionArgument[];
  /** The parameters that a call passes (IN, INOUT and VARIADIC), in order. */
  readonly parameters: readonly { readonly type: string; readonly variadic: boolean }[];
  /** How many of its last parameters have a default. */
  readonly defaults: number;
  readonly comment: string | null;
}

export interface FunctionArgument {
  readonly name: string;
  readonly type: string;
  readonly mode: 'in' | 'out' | 'inout' | 'variadic' | 'table';
}

const query = (scope: CatalogScope): string => `
  select * from (
  select n.nspname::text as schema, p.proname::text as name, p.oid::regprocedure::text as identity, format('%I.%I', n.nspname, p.proname) as sql,
         format('%s.%s(%s)', n.nspname, p.proname,
                (select string_agg(format_type(a.type, null), ', ' order by a.position)
                   from unnest(p.proargtypes::oid[]) with ordinality a (type, position))) as signature,
         case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window' else 'function' end as kind,
         pg_get_userbyid(p.proowner) as owner, l.lanname as language,
         p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as trigger,
         case when p.prokind <> 'p' then format_type(p.prorettype, null) end as returns, p.proretset as "returnsSet",
         p.proisstrict as strict, p.prosecdef as "securityDefiner", p.proleakproof as leakproof,
         case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
         case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as parallel,
         coalesce(p.proconfig, '{}') as settings, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) || coalesce(' ' || p.probin, '') as source,
         nullif(p.procost, case when l.lanname in ('internal', 'c') then 1 else 100 end) as cost,
         nullif(p.prorows, case when p.proretset then 1000 else 0 end) as rows, case when p.prosupport <> 0 then p.prosupport::regproc::text end as support,
         pg_get_function_arguments(p.oid) as "argumentsSql", pg_get_function_result(p.oid) as "returnsSql",
         coalesce((select array_remove(array['sfunc ' || g.aggtransfn, 'stype ' || format_type(g.aggtranstype, null), 'initcond ' || quote_literal(g.agginitval),
                                             'finalfunc ' || nullif(g.aggfinalfn::oid, 0)::regproc, 'combinefunc ' || nullif(g.aggcombinefn::oid, 0)::regproc,
                                             'serialfunc ' || nullif(g.aggserialfn::oid, 0)::regproc, 'deserialfunc ' || nullif(g.aggdeserialfn::oid, 0)::regproc,
                                             'msfunc ' || nullif(g.aggmtransfn::oid, 0)::regproc, 'minvfunc ' || nullif(g.aggminvtransfn::oid, 0)::regproc,
                                             'sortop ' || nullif(g.aggsortop, 0)::regoperator], null)
                     from pg_aggregate g where g.aggfnoid = p.oid), '{}') as aggregate,
         coalesce((select json_agg(json_build_object(
                            'name', coalesce(p.proargnames[a.position], ''), 'type', format_type(a.type, null),
                            'mode', case coalesce(p.proargmodes[a.position], 'i') when 'o' then 'out' when 'b' then 'inout' when 'v' then 'variadic'
                                                                                  when 't' then 'table' else 'in' end) order by a.position)
                     from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a (type, position)), '[]') as arguments,
         coalesce((select json_agg(json_build_object('type', format_type(a.type, null), 'variadic', p.provariadic <> 0 and a.position = p.pronargs) order by a.position)
                     from unnest(case when p.prokind = 'p' then coalesce(p.proallargtypes, p.proargtypes::oid[]) else p.proargtypes::oid[] end)
                          with ordinality a (type, position)), '[]') as parameters,
         p.pronargdefaults::integer as defaults, obj_description(p.oid, 'pg_proc') as comment
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
   where ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_proc', 'p.oid')}
  ) functions
   order by ${bySchema(scope, 'schema')}, signature collate "C"`;

/** Reads every function of a scope, by schema and then by signature. What an extension owns is left out. */
export async function readFunctions(client: pg.Client, scope: CatalogScope): Promise<readonly DatabaseFunction[]> {
  return readRows(client, query(scope));
}
