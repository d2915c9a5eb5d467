import type pg from 'pg';
import { granteeName } from './grants.ts';
import type { RoleName } from './roles.ts';
import { bySchema, type CatalogScope, inScope, readRows } from './scope.ts';

/** A policy of row level security. */
export interface Policy {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  /** The id of its table. */
  readonly table: string;
  /** The same, quoted where SQL needs it. */
  readonly tableSql: string;
  readonly permissive: boolean;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  /** The roles that it is for, by name; `public` is every role. */
  readonly roles: readonly RoleName[];
  /** The expressions as SQL; null for a clause that is not there. */
  readonly using: string | null;
  readonly check: string | null;
  /** The same as the server keeps them (see node-tree.ts): names are resolved to ids of this database. */
  readonly usingTree: string | null;
  readonly checkTree: string | null;
  /** The functions that the expressions call, by their ids in the trees. */
  readonly calls: CalledFunctions;
  /** The relations that subqueries of the expressions read, quoted where SQL needs it. */
  readonly reads: readonly string[];
  /** The statement that makes it. */
  readonly definition: string;
  readonly comment: string | null;
}

/** Functions by their ids: the name, with its schema unless it is PostgreSQL's own, and how often its result changes. */
export type CalledFunctions = Readonly<
  Record<string, { readonly name: string; readonly volatility: 'immutable' | 'stable' | 'volatile' }>
>;

// Ids are in a tree as “:funcid 1234” and “:relid 1234”; 0 is no relation.
const query = (scope: CatalogScope): string => `
  select p.polname as name, quote_ident(p.polname) as sql, n.nspname || '.' || c.relname as "table", format('%I.%I', n.nspname, c.relname) as "tableSql",
         p.polpermissive as permissive, own.command, own.roles, own.using, own.check, p.polqual::text as "usingTree", p.polwithcheck::text as "checkTree",
         coalesce((select json_object_agg(f.oid, json_build_object('name', f.oid::regproc::text,
                            'volatility', case f.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end))
                     from pg_proc f
                    where f.oid in (select m[1]::oid from regexp_matches(concat(p.polqual, p.polwithcheck), ':funcid (\\d+)', 'g') m)), '{}') as calls,
         array(select distinct format('%I.%I', rn.nspname, r.relname)
                 from regexp_matches(concat(p.polqual, p.polwithcheck), ':relid (\\d+)', 'g') m
                 join pg_class r on r.oid = m[1]::oid join pg_namespace rn on rn.oid = r.relnamespace order by 1) as reads,
         concat_ws(' ', format('create policy %I on %I.%I', p.polname, n.nspname, c.relname), 'as', case when p.polpermissive then 'permissive' else 'restrictive' end,
                   'for', own.command, 'to', own.names, 'using (' || own.using || ')', 'with check (' || own.check || ')') as definition,
         obj_description(p.oid, 'pg_policy') as comment
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
   cross join lateral (
     select case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
            pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check,
            json_agg(json_build_object('name', r.name, 'sql', quote_ident(r.name)) order by r.name collate "C") as roles,
            string_agg(quote_ident(r.name), ', ' order by r.name collate "C") as names
       from (select ${granteeName('o')} as name from unnest(p.polroles) o) r) own
   where ${inScope(scope, 'n.nspname')}
   order by ${bySchema(scope, 'n.nspname')}, c.relname collate "C", p.polname collate "C"`;

/** Reads every policy of a scope, by table and then by name; those on the tables of extensions too. */
export async function readPolicies(client: pg.Client, scope: CatalogScope): Promise<readonly Policy[]> {
  return readRows(client, query(scope));
}

/** The clauses of a policy as SQL, as `create policy` and `alter policy` have them. */
export const clausesOf = (using: string | null, check: string | null): string =>
  [...(using === null ? [] : [`using (${using})`]), ...(check === null ? [] : [`with check (${check})`])].join(' ');
