import type pg from 'pg';
import { type DatabaseRole, type RoleMembership, readMemberships, readRoles } from '../../catalog/roles.ts';
import { readRows } from '../../catalog/scope.ts';

/** A setting that sessions begin with. */
export interface RoleSetting {
  /** Null for every role. */
  readonly role: string | null;
  /** Null for every database. */
  readonly database: string | null;
  readonly name: string;
  readonly value: string;
}

/** The state that a server keeps once for all of its databases, so that dropping the shadow database does not undo it. Passwords are not read. */
export interface RolesState {
  /** PostgreSQL's major version. */
  readonly major: number;
  readonly roles: readonly DatabaseRole[];
  /** Role → OID, by which a renamed role is known. */
  readonly oids: ReadonlyMap<string, string>;
  readonly memberships: readonly RoleMembership[];
  readonly settings: readonly RoleSetting[];
}

const SETTINGS = `
  select r.rolname as role, d.datname as database, split_part(c, '=', 1) as name, substr(c, strpos(c, '=') + 1) as value
    from pg_db_role_setting s
    left join pg_roles r on r.oid = s.setrole
    left join pg_database d on d.oid = s.setdatabase
   cross join lateral unnest(s.setconfig) c
   where (s.setrole = 0 or r.rolname is not null) and (s.setdatabase = 0 or d.datname is not null)`;

/**
 * Reads the roles, their settings and memberships.
 * @param isRead the databases whose own settings are read, besides those of all databases
 */
export async function readRolesState(client: pg.Client, isRead: (database: string) => boolean): Promise<RolesState> {
  const settings = await readRows<RoleSetting>(client, SETTINGS);
  const oids = await readRows<{ name: string; oid: string }>(
    client,
    'select rolname as name, oid::text as oid from pg_roles',
  );
  const [version] = await readRows<{ major: number }>(
    client,
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  return {
    major: version?.major ?? 0,
    roles: await readRoles(client),
    oids: new Map(oids.map(({ name, oid }) => [name, oid])),
    memberships: await readMemberships(client),
    settings: settings.filter(({ database }) => database === null || isRead(database)),
  };
}
