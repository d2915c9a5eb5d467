import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, readRows } from './scope.ts';

export interface DatabaseSchema {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  readonly owner: string;
  readonly comment: string | null;
}

const query = (scope: CatalogScope): string => `
  select n.nspname as name, quote_ident(n.nspname) as sql, pg_get_userbyid(n.nspowner) as owner, obj_description(n.oid, 'pg_namespace') as comment
    from pg_namespace n where ${inScope(scope, 'n.nspname')} order by ${bySchema(scope, 'n.nspname')}`;

/** Reads the schemas of a scope that are there. */
export async function readSchemas(client: pg.Client, scope: CatalogScope): Promise<readonly DatabaseSchema[]> {
  return readRows(client, query(scope));
}
