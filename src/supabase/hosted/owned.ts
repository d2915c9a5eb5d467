import type pg from 'pg';
import { SupabaseError } from '../error.ts';
import { PLATFORM_OBJECTS } from './platform.ts';

/**
 * Checks that no schema of this database is Supabase's: the database could not be made again by who drops it.
 * @throws SupabaseError that names the schemas
 */
export async function mustNotBeHosted(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ database: string; schemas: string[] }>(
    `select current_database() as database, array_agg(n.nspname::text order by n.nspname) as schemas
       from pg_namespace n where pg_get_userbyid(n.nspowner) = any ($1) and n.nspname = any ($2)`,
    [PLATFORM_OBJECTS.roles, PLATFORM_OBJECTS.schemas],
  );
  const [{ database = '', schemas = null } = {}] = rows;
  if (schemas)
    throw new SupabaseError(
      `Database ${database} is a project on Supabase, which made its schemas ${schemas.join(', ')}: a reset would delete them, and nobody but Supabase can make them again. Nothing was done. Reset the project on Supabase, or another database.`,
    );
}
