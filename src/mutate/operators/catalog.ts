import type pg from 'pg';
import { type Catalog, readCatalog } from '../../catalog/catalog.ts';
import { type CatalogScope, inScope, isApplicationSchema, notExtensionMember, readRows } from '../../catalog/scope.ts';
import { loadParser } from '../../sql/references.ts';

/** A catalog, with what changing it takes besides. */
export interface MutableCatalog extends Catalog {
  /** The statements that create the functions and procedures, by `identity`. */
  readonly functionDefinitions: Readonly<Record<string, string>>;
  /** The types of the functions that can be called without arguments, in any schema: by `schema.name`. */
  readonly callers: Readonly<Record<string, string>>;
}

const definitions = (scope: CatalogScope): string => `
  select p.oid::regprocedure::text as identity, pg_get_functiondef(p.oid) as definition
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where p.prokind in ('f', 'p') and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_proc', 'p.oid')}`;

const CALLERS = `
  select n.nspname || '.' || p.proname as name, format_type(p.prorettype, null) as type
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where p.prokind = 'f' and not p.proretset and p.pronargs = p.pronargdefaults and ${isApplicationSchema('n.nspname')}`;

/** Reads what mutants are made from. Takes no more rights than any role has. */
export async function readMutableCatalog(client: pg.Client, scope: CatalogScope): Promise<MutableCatalog> {
  await loadParser();
  const found = await readRows<{ identity: string; definition: string }>(client, definitions(scope));
  const callers = await readRows<{ name: string; type: string }>(client, CALLERS);
  return {
    ...(await readCatalog(client, scope)),
    functionDefinitions: Object.fromEntries(found.map(({ identity, definition }) => [identity, definition])),
    callers: Object.fromEntries(callers.map(({ name, type }) => [name, type])),
  };
}

/** Which roles are clients': those whose privileges are changed. */
export interface MutationSettings {
  readonly roles: readonly string[];
}
