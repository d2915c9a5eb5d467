import type pg from 'pg';
import { readRows } from './scope.ts';

/** Roles that a database has whatever anybody made in it. Their names differ from server to server. */
export interface Owners {
  /** The role that ran the migrations: who owns graphile-migrate's schema, or that of Supabase's command line; without one, who owns the database. */
  readonly migrator: string;
  /** The superuser that initdb made: what comes with PostgreSQL is its own. */
  readonly bootstrap: string;
}

const QUERY = `
  select coalesce((select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'graphile_migrate'),
                  (select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'supabase_migrations'),
                  (select pg_get_userbyid(d.datdba) from pg_database d where d.datname = current_database())) as migrator,
         pg_get_userbyid(10) as bootstrap`;

/** Reads who ran the migrations, and who owns PostgreSQL's own objects. */
export async function readOwners(client: pg.Client): Promise<Owners> {
  const [owners] = await readRows<Owners>(client, QUERY);
  return owners as Owners;
}
