import type pg from 'pg';
import { readRows } from './scope.ts';

/** A role by name, or `public` for every role. */
export interface RoleName {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
}

/** A role of the server. Passwords are not read, so that any role can read all of it. */
export interface DatabaseRole extends RoleName {
  /** Whether PostgreSQL made it (`pg_read_all_data`, …): which of these there are differs between versions. */
  readonly predefined: boolean;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypassRowSecurity: boolean;
  /** How many connections it may have; -1 for any number. */
  readonly connectionLimit: number;
  readonly validUntil: string | null;
  /** The settings that its sessions begin with, each as in `statement_timeout=3s`: in every database, and in this one. */
  readonly settings: readonly string[];
  readonly databaseSettings: readonly string[];
  readonly comment: string | null;
}

/** That a role is a member of another. */
export interface RoleMembership {
  readonly role: string;
  readonly member: string;
  readonly grantor: string;
  /** Whether the member may make others members. */
  readonly admin: boolean;
  /** Whether the member has the role's privileges without SET ROLE. */
  readonly inherit: boolean;
  /** Whether the member may SET ROLE to it. */
  readonly set: boolean;
}

const ROLES = `
  select r.rolname as name, quote_ident(r.rolname) as sql, r.rolname ~ '^pg_' as predefined, r.rolsuper as superuser, r.rolinherit as inherit,
         r.rolcreaterole as "createRole", r.rolcreatedb as "createDatabase", r.rolcanlogin as login, r.rolreplication as replication,
         r.rolbypassrls as "bypassRowSecurity", r.rolconnlimit as "connectionLimit", r.rolvaliduntil::text as "validUntil",
         coalesce(r.rolconfig, '{}') as settings,
         coalesce((select s.setconfig from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
                    where d.datname = current_database() and s.setrole = r.oid), '{}') as "databaseSettings",
         shobj_description(r.oid, 'pg_authid') as comment
    from pg_roles r order by r.rolname collate "C"`;

// PostgreSQL 16 says of each membership what 15 says of the member: whether it inherits. In 15 any member may SET ROLE.
const MEMBERSHIPS = `
  select r.rolname as role, m.rolname as member, pg_get_userbyid(a.grantor) as grantor, a.admin_option as admin,
         coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit) as inherit, coalesce((to_jsonb(a) ->> 'set_option')::boolean, true) as set
    from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
   order by r.rolname collate "C", m.rolname collate "C", pg_get_userbyid(a.grantor) collate "C"`;

/** Reads every role of the server, by name. */
export async function readRoles(client: pg.Client): Promise<readonly DatabaseRole[]> {
  return readRows(client, ROLES);
}

/** Reads who is a member of which role, by role and then by member. */
export async function readMemberships(client: pg.Client): Promise<readonly RoleMembership[]> {
  return readRows(client, MEMBERSHIPS);
}
