import type pg from 'pg';
import { readRows } from './scope.ts';

/** An extension that is installed. */
export interface Extension {
  readonly name: string;
  readonly version: string;
  /** The schema of its objects; the second is quoted where SQL needs it. */
  readonly schema: string;
  readonly schemaSql: string;
  readonly owner: string;
}

const QUERY = `
  select e.extname as name, e.extversion as version, n.nspname as schema, quote_ident(n.nspname) as "schemaSql", pg_get_userbyid(e.extowner) as owner
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by e.extname collate "C"`;

/** Reads every extension of the database, by name: they belong to no schema. */
export async function readExtensions(client: pg.Client): Promise<readonly Extension[]> {
  return readRows(client, QUERY);
}
