import type pg from 'pg';
import { type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** Statements that make functions, and the queries of views, as PostgreSQL writes them with every name qualified. */
export interface Definitions {
  /** By the identity of the function or procedure, as regprocedure writes it. */
  readonly functions: ReadonlyMap<string, string>;
  /** By the view, quoted where SQL needs it. */
  readonly views: ReadonlyMap<string, string>;
}

const query = (scope: CatalogScope): string => `
  select 'function' as kind, p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where p.prokind in ('f', 'p', 'w') and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_proc', 'p.oid')}
  union all
  select 'view', format('%I.%I', n.nspname, c.relname), pg_get_viewdef(c.oid)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('v', 'm') and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}`;

/** Reads the definitions of every function and view of a scope. It takes no more rights than any role has. */
export async function readDefinitions(client: pg.Client, scope: CatalogScope): Promise<Definitions> {
  const rows = await readRows<{ readonly kind: string; readonly name: string; readonly definition: string }>(
    client,
    query(scope),
  );
  const of = (kind: string): Map<string, string> =>
    new Map(rows.filter((row) => row.kind === kind).map(({ name, definition }) => [name, definition.trim()]));
  return { functions: of('function'), views: of('view') };
}
