import type pg from 'pg';
import { readRows } from './scope.ts';

/** The database itself, apart from its name. */
export interface DatabaseProperties {
  readonly owner: string;
  /** The settings that every session begins with, each as in `statement_timeout=3s`: in this database, and in every one. */
  readonly settings: readonly string[];
  readonly serverSettings: readonly string[];
  readonly comment: string | null;
}

const QUERY = `
  select pg_get_userbyid(d.datdba) as owner,
         coalesce((select s.setconfig from pg_db_role_setting s where s.setdatabase = d.oid and s.setrole = 0), '{}') as settings,
         coalesce((select s.setconfig from pg_db_role_setting s where s.setdatabase = 0 and s.setrole = 0), '{}') as "serverSettings",
         shobj_description(d.oid, 'pg_database') as comment
    from pg_database d where d.datname = current_database()`;

/** Reads what is set on the database as such. */
export async function readDatabaseProperties(client: pg.Client): Promise<DatabaseProperties> {
  const [properties] = await readRows<DatabaseProperties>(client, QUERY);
  return properties as DatabaseProperties;
}
