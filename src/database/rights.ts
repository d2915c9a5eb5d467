import type pg from 'pg';
import { quoteIdentifier } from '../sql/quote.ts';
import { rolledBack } from './connect.ts';
import { DatabaseError } from './error.ts';

interface RoleFacts {
  role: string;
  database: string;
  superuser: boolean;
  may_create: boolean;
  missing: string[];
}

/**
 * Checks, before anything is changed, that the role of this connection may run migrations in its database: it may create
 * schemas, and the extensions that are not there yet. Those are tried and rolled back, since a host can allow what no
 * catalog shows.
 * @throws DatabaseError with one line that says what the role lacks, and who can give it
 */
export async function mustBeAbleToMigrate(client: pg.Client, extensions: readonly string[]): Promise<void> {
  const { rows } = await client.query<RoleFacts>(
    `select r.rolname as role, current_database() as database, r.rolsuper as superuser,
            has_database_privilege(current_database(), 'create') as may_create,
            array(select e from unnest($1::text[]) e where not exists (select from pg_extension x where x.extname = e)) as missing
       from pg_roles r where r.rolname = current_user`,
    [extensions],
  );
  const [facts] = rows;
  if (!facts || facts.superuser) return;
  const { role, database, may_create, missing } = facts;
  if (!may_create)
    throw new DatabaseError(
      `${role} may not create schemas in database ${database}. Run \`grant create on database ${quoteIdentifier(database)} to ${quoteIdentifier(role)}\` as its owner, or connect as its owner.`,
    );
  for (const extension of missing) {
    const sql = `create extension ${quoteIdentifier(extension)}`;
    const why = await rolledBack(client, () =>
      client.query(`${sql} cascade`).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    );
    if (why !== undefined)
      throw new DatabaseError(
        `${role} may not create the extension ${extension} in database ${database} (${why}). Run \`${sql}\` there as a superuser, or in template1 for databases that are created anew.`,
      );
  }
}

/**
 * Checks that the role of this connection can act as each of `roles` that exists.
 * @throws DatabaseError with one line that names those it can't act as, and says who can change that
 */
export async function mustBeAbleToActAs(client: pg.Client, roles: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ role: string; closed: string[] | null }>(
    `select current_user as role, array_agg(r.rolname::text order by r.rolname)
              filter (where not pg_has_role(current_user, r.oid, $2)) as closed
       from pg_roles r where r.rolname = any ($1)`,
    [roles, await setPrivilege(client)],
  );
  const [{ role = '', closed = null } = {}] = rows;
  if (!closed) return;
  const list = closed.map(quoteIdentifier).join(', ');
  throw new DatabaseError(
    `${role} may not act as ${closed.join(', ')}. Run \`grant ${list} to ${quoteIdentifier(role)}\` as a superuser or a role with ADMIN OPTION on ${closed.length === 1 ? 'it' : 'them'}, or connect as a role that may.`,
  );
}

/** Since PostgreSQL 16 a membership is by itself no right to SET ROLE. */
async function setPrivilege(client: pg.Client): Promise<'SET' | 'MEMBER'> {
  const { rows } = await client.query<{ set: boolean }>(
    "select current_setting('server_version_num')::int >= 160000 as set",
  );
  return rows[0]?.set ? 'SET' : 'MEMBER';
}
