import type { DatabaseRole, RoleMembership } from '../../catalog/roles.ts';
import { declaredIn } from '../../report/layout.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import type { Reached } from './reached.ts';
import { type Actor, bypassing } from './roles.ts';

/** An attribute that reaches further than privileges, and what it lets a role do. */
interface Attribute {
  readonly line: string;
  readonly column: string;
  readonly option: string;
  readonly has: (role: DatabaseRole) => boolean;
  readonly means: string;
}

const ATTRIBUTES: readonly Attribute[] = [
  {
    line: 'superuser',
    column: 'rolsuper',
    option: 'SUPERUSER',
    has: ({ superuser }) => superuser,
    means: 'no privilege is refused to it, and no policy holds for it',
  },
  {
    line: 'createrole',
    column: 'rolcreaterole',
    option: 'CREATEROLE',
    has: ({ createRole }) => createRole,
    means: 'it may make roles, and change and join others',
  },
  {
    line: 'createdb',
    column: 'rolcreatedb',
    option: 'CREATEDB',
    has: ({ createDatabase }) => createDatabase,
    means: 'it may create databases',
  },
  {
    line: 'replication',
    column: 'rolreplication',
    option: 'REPLICATION',
    has: ({ replication }) => replication,
    means: 'it may read every change of every table on the server',
  },
  {
    line: 'bypassrls',
    column: 'rolbypassrls',
    option: 'BYPASSRLS',
    has: ({ superuser, bypassRowSecurity }) => bypassRowSecurity && !superuser,
    means: 'no policy holds for it',
  },
];

/** PostgreSQL's own roles that reach further than their names may tell. */
const PREDEFINED: Readonly<Record<string, string>> = {
  pg_read_all_data: 'it reads every table, view and sequence',
  pg_write_all_data: 'it writes every table and sequence',
  pg_execute_server_program: "it runs programs on the server's machine, as the server's user",
  pg_read_server_files: "it reads the files of the server's machine",
  pg_write_server_files: "it writes the files of the server's machine",
  pg_database_owner: 'it owns what the owner of the database owns, such as schema public',
  pg_signal_backend: "it cancels others' queries and ends their sessions",
  pg_read_all_settings: 'it reads settings that others do not see',
  pg_read_all_stats: "it reads the queries of others' sessions",
  pg_monitor: "it reads settings, and the queries of others' sessions",
  pg_maintain: 'it may lock and rewrite every table',
};

/** Attributes and memberships of the client roles, and of all roles that they may become: each told once. */
export function reachedAttributes(
  roles: readonly DatabaseRole[],
  memberships: readonly RoleMembership[],
  actors: readonly Actor[],
): Reached[] {
  const byRole = Map.groupBy(actors, ({ role }) => role);
  const bypass = bypassing(roles);
  return roles.flatMap((role) => {
    const own = byRole.get(role.name);
    if (!own) return [];
    const attributes = ATTRIBUTES.filter(({ has }) => has(role)).map((attribute) =>
      withAttribute(role, attribute, own),
    );
    // PostgreSQL makes members of its own roles, such as pg_monitor.
    const joined = role.predefined ? [] : memberships.filter(({ member }) => member === role.name);
    const groups = [...Map.groupBy(joined, (one) => one.role).values()];
    return [...attributes, ...groups.flatMap((group) => memberOf(group, own, bypass))];
  });
}

function withAttribute(
  { name, sql }: DatabaseRole,
  { line, column, option, means }: Attribute,
  actors: readonly Actor[],
): Reached {
  const named = `role ${name} ${line}`;
  return {
    line: named,
    wider: [],
    where: `${namesOf(actors)} · ${named}`,
    expected: `a role without ${option}, or known with a reason`,
    seen: `${name} has ${option}: ${means}${becoming(name, actors)}`,
    evidence: `select rolname, ${column} from pg_roles where rolname = ${quoteLiteral(name)};`,
    fix: `Run alter role ${sql} no${line}; or give ${JSON.stringify(named)} a reason in ${declaredIn('known')}.`,
  };
}

/** One membership can be granted by several roles. */
function memberOf(group: readonly RoleMembership[], actors: readonly Actor[], bypass: ReadonlySet<string>): Reached[] {
  const [first] = group;
  if (!first) return [];
  const { role, member } = first;
  const inherit = group.some((one) => one.inherit);
  const set = group.some((one) => one.set);
  const admin = group.some((one) => one.admin);
  const means = [
    ...(inherit ? ['it has the privileges of that role'] : []),
    ...(set ? ['it may become it'] : []),
    ...(PREDEFINED[role] ? [PREDEFINED[role]] : []),
    ...(bypass.has(role) ? ['no policy holds for that role'] : []),
  ];
  const finding = (line: string, seen: string, revoke: string): Reached => ({
    line,
    wider: [],
    where: `${namesOf(actors)} · ${line}`,
    expected: 'no membership, or known with a reason',
    seen: `${seen}${becoming(member, actors)}`,
    evidence: `select roleid::regrole, member::regrole, admin_option from pg_auth_members where member = ${quoteLiteral(quoteIdentifier(member))}::regrole;`,
    fix: `Run revoke ${revoke}${quoteIdentifier(role)} from ${quoteIdentifier(member)}; or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`,
  });
  return [
    finding(
      `role ${member} member of ${role}`,
      `${member} is a member of ${role}: ${means.join(', and ') || 'it has nothing by that'}`,
      '',
    ),
    ...(admin
      ? [
          finding(
            `role ${member} admin of ${role}`,
            `${member} has ADMIN OPTION on ${role}: it may make itself and others members`,
            'admin option for ',
          ),
        ]
      : []),
  ];
}

/** Which clients may become it, where it is not their own role. */
function becoming(role: string, actors: readonly Actor[]): string {
  const others = [...new Set(actors.map(({ client }) => client.role))].filter((client) => client !== role);
  return others.length > 0 ? `; ${others.join(', ')} may become ${role}` : '';
}

export const namesOf = (actors: readonly Actor[]): string =>
  [...new Set(actors.flatMap(({ client }) => client.names))].join(', ');
