import type pg from 'pg';
import { DatabaseError } from './error.ts';
import { withoutPassword } from './urls.ts';

const OLDEST_VERSION = 15;

interface ServerFacts {
  version: number;
  version_text: string;
  missing: string[];
  can_create_database: boolean;
  is_superuser: boolean;
  user: string;
}

/**
 * Checks, before anything is changed, whether a server has what the migrations and the proofs need: its version, the
 * extensions, and the right to create databases.
 * @throws DatabaseError with one line that says what to do
 */
export async function checkServer(client: pg.Client, url: string, extensions: readonly string[]): Promise<void> {
  const { rows } = await client.query<ServerFacts>(
    `select current_setting('server_version_num')::int / 10000 as version,
            current_setting('server_version') as version_text,
            array(select e from unnest($1::text[]) e
                  where not exists (select from pg_available_extensions a where a.name = e)) as missing,
            r.rolcreatedb or r.rolsuper as can_create_database,
            r.rolsuper as is_superuser,
            r.rolname as "user"
       from pg_roles r where r.rolname = current_user`,
    [extensions],
  );
  const facts = rows[0];
  if (!facts) throw new DatabaseError(`The server at ${withoutPassword(url)} did not say who is connected.`);
  const server = `The server at ${withoutPassword(url)}`;
  if (facts.version < OLDEST_VERSION) {
    throw new DatabaseError(
      `${server} is PostgreSQL ${facts.version_text}; ${OLDEST_VERSION} or later is needed. Upgrade it, or name another in DATABASE_URL.`,
    );
  }
  if (facts.missing.length > 0) {
    throw new DatabaseError(
      `${server} lacks the extension ${facts.missing.join(', ')}. Install it there (pgvector: https://github.com/pgvector/pgvector#installation), or unset DATABASE_URL to use the embedded engine, which has it.`,
    );
  }
  if (!facts.can_create_database) {
    throw new DatabaseError(
      `${server} does not let ${facts.user} create databases, which the shadow database needs. Run \`alter role "${facts.user}" createdb\` as its administrator, or connect as another user.`,
    );
  }
}
