import { readRows } from '../../catalog/scope.ts';
import { withClient } from '../../database/connect.ts';
import { sqlStateOf } from '../../database/sql-state.ts';
import { type ConnectionStrings, withDatabase } from '../../database/urls.ts';
import { contentsOf } from './contents.ts';

const FACTS = `
  select version() as version, session_user::text as "user",
         (select jsonb_agg(jsonb_build_array(name, default_version) order by name) from pg_available_extensions) as extensions,
         (select jsonb_agg(jsonb_build_array(name, setting) order by name) from pg_settings
           where source in ('configuration file', 'global', 'database', 'user', 'database user', 'command line')) as settings`;

/**
 * All that a database which is created on a server depends on there but for roles, in one text that differs when that does.
 * @returns undefined where not all of it can be read
 */
export async function readServerFacts({ root }: ConnectionStrings): Promise<string | undefined> {
  const facts = await withClient(root, (client) => readRows(client, FACTS));
  const template = await templateContents(root);
  return template === undefined ? undefined : JSON.stringify([facts, template]);
}

/** A digest of what a new database is a copy of. */
async function templateContents(root: string): Promise<string | undefined> {
  try {
    return await withClient(withDatabase(root, 'template1'), contentsOf);
  } catch (error) {
    // The embedded engine copies files that no client can change; it has no such database.
    return sqlStateOf((error as Error).cause) === '3D000' ? 'files' : undefined;
  }
}
