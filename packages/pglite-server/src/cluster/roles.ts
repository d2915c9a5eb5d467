import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';

/** A role as every database of the engine must have it; the names are those of pg_authid. */
export interface Role {
  rolname: string;
  rolsuper: boolean;
  rolinherit: boolean;
  rolcreaterole: boolean;
  rolcreatedb: boolean;
  rolcanlogin: boolean;
  rolreplication: boolean;
  rolbypassrls: boolean;
  rolconnlimit: number;
  rolpassword: string | null;
  rolvaliduntil: string | null;
  /** ALTER ROLE … SET, for all databases. */
  settings: string[] | null;
}

export interface Membership {
  role: string;
  member: string;
  admin: boolean;
  inherit: boolean;
  set: boolean;
}

/** Roles and their memberships: PostgreSQL keeps them once for a cluster, the engine in each of its databases. */
export interface Roles {
  roles: Role[];
  memberships: Membership[];
}

/**
 * Reads the roles as one JSON text, the same for the same roles, and their names by their numbers in this database as another.
 * PostgreSQL's own (pg_…) are everywhere already.
 */
export const READ_ROLES = `
  select json_build_object(
    'roles', (
      select json_agg(to_jsonb(a) - 'oid' || jsonb_build_object('settings', s.setconfig) order by rolname)
      from pg_catalog.pg_authid a
      left join pg_catalog.pg_db_role_setting s on s.setrole = a.oid and s.setdatabase = 0
      where rolname !~ '^pg_'
    ),
    'memberships', (
      select coalesce(json_agg(json_build_object(
        'role', r.rolname, 'member', u.rolname, 'admin', m.admin_option, 'inherit', m.inherit_option, 'set', m.set_option
      ) order by r.rolname, u.rolname), '[]')
      from pg_catalog.pg_auth_members m
      join pg_catalog.pg_authid r on r.oid = m.roleid
      join pg_catalog.pg_authid u on u.oid = m.member
      where u.rolname !~ '^pg_'
    )
  )::text,
  (select json_object_agg(oid, rolname)::text from pg_catalog.pg_authid where rolname !~ '^pg_')`;

/** The statements that turn one set of roles into another, each to be run by itself. */
export function changeRoles(from: Roles, to: Roles): string[] {
  const had = new Map(from.roles.map((role) => [role.rolname, role]));
  const wanted = new Map(to.roles.map((role) => [role.rolname, role]));
  const statements: string[] = [];
  for (const role of to.roles) {
    const before = had.get(role.rolname);
    if (before && JSON.stringify(before) === JSON.stringify(role)) continue;
    if (!before) statements.push(`create role ${quoteIdentifier(role.rolname)}`);
    statements.push(...alterRole(role));
  }
  const text = (membership: Membership) => JSON.stringify(membership);
  const hadMemberships = new Set(from.memberships.map(text));
  const wantedMemberships = new Set(to.memberships.map(text));
  for (const membership of from.memberships) {
    if (!wantedMemberships.has(text(membership))) {
      statements.push(`revoke ${quoteIdentifier(membership.role)} from ${quoteIdentifier(membership.member)} cascade`);
    }
  }
  for (const membership of to.memberships) {
    if (!hadMemberships.has(text(membership))) statements.push(grant(membership));
  }
  // A role that still owns something here stays: a real server would have refused to drop it.
  for (const role of from.roles)
    if (!wanted.has(role.rolname)) statements.push(`drop role ${quoteIdentifier(role.rolname)}`);
  return statements;
}

function alterRole(role: Role): string[] {
  const is = (flag: boolean, name: string) => (flag ? name : `no${name}`);
  const name = quoteIdentifier(role.rolname);
  const options = [
    is(role.rolsuper, 'superuser'),
    is(role.rolinherit, 'inherit'),
    is(role.rolcreaterole, 'createrole'),
    is(role.rolcreatedb, 'createdb'),
    is(role.rolcanlogin, 'login'),
    is(role.rolreplication, 'replication'),
    is(role.rolbypassrls, 'bypassrls'),
    `connection limit ${role.rolconnlimit}`,
    `password ${role.rolpassword === null ? 'null' : quoteLiteral(role.rolpassword)}`,
    `valid until ${quoteLiteral(role.rolvaliduntil ?? 'infinity')}`,
  ];
  const settings = (role.settings ?? []).map(quoteLiteral).join(', ');
  const oid = `(select oid from pg_catalog.pg_authid where rolname = ${quoteLiteral(role.rolname)})`;
  const statements = [
    `alter role ${name} ${options.join(' ')}`,
    `delete from pg_catalog.pg_db_role_setting where setdatabase = 0 and setrole = ${oid}`,
  ];
  if (settings) statements.push(`insert into pg_catalog.pg_db_role_setting values (0, ${oid}, array[${settings}])`);
  return statements;
}

function grant({ role, member, admin, inherit, set }: Membership): string {
  return `grant ${quoteIdentifier(role)} to ${quoteIdentifier(member)} with admin ${admin}, inherit ${inherit}, set ${set}`;
}
