import type { DatabaseRole } from '../../catalog/roles.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { flag, type StructureObject, type StructurePart, valued } from '../model.ts';
import type { Described } from './subject.ts';

/**
 * The roles that matter to the database: those that the project names, that own, hold or are named by something in it,
 * and that are members or groups of these. The role that ran the migrations is none: what it may do is the server's.
 */
export function describeRoles(subject: Described): StructureObject[] {
  const { catalog, roles, roleName } = subject;
  const mattering = rolesThatMatter(subject);
  const found = catalog.roles.filter(({ name }) => mattering.has(name));
  const missing = roles.filter((name) => !catalog.roles.some((role) => role.name === name));
  return [
    ...found.map((role) => ({
      kind: 'role',
      name: role.sql,
      properties: role.predefined ? [] : attributesOf(role),
      parts: role.predefined ? [] : membershipsOf(subject, role),
    })),
    ...missing.map((name) => ({ kind: 'role', name: roleName(name), properties: flag('absent', true), parts: [] })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function attributesOf(role: DatabaseRole) {
  return [
    ...flag('superuser', role.superuser),
    ...flag('no inherit', !role.inherit),
    ...flag('createrole', role.createRole),
    ...flag('createdb', role.createDatabase),
    ...flag('login', role.login),
    ...flag('replication', role.replication),
    ...flag('bypassrls', role.bypassRowSecurity),
    ...valued('connection limit', role.connectionLimit === -1 ? null : role.connectionLimit),
    ...valued('valid until', role.validUntil === 'infinity' ? null : role.validUntil && quoteLiteral(role.validUntil)),
    ...valued('settings', settingsText(role.settings)),
    ...valued('database settings', settingsText(role.databaseSettings)),
    ...valued('comment', role.comment && quoteLiteral(role.comment)),
  ];
}

/** Settings in the order of their names, as they are written after SET. */
export function settingsText(settings: readonly string[]): string {
  return settings
    .map((setting) => {
      const at = setting.indexOf('=');
      return `${setting.slice(0, at)} = ${quoteLiteral(setting.slice(at + 1))}`;
    })
    .sort()
    .join(', ');
}

/**
 * Of what a role is a member. The grantor is left out: PostgreSQL 15 has whoever granted it there, and 18 the first
 * superuser. INHERIT is said where it is not as the member's own attribute, as PostgreSQL 15 has it for all memberships.
 */
function membershipsOf({ catalog, roleName }: Described, { name, inherit }: DatabaseRole): StructurePart[] {
  const groups = Map.groupBy(
    catalog.memberships.filter(({ member }) => member === name),
    ({ role }) => role,
  );
  return [...groups].map(([role, given]) => ({
    kind: 'member of',
    name: roleName(role),
    properties: [
      ...flag(
        'with admin',
        given.some(({ admin }) => admin),
      ),
      ...flag('inherit', !inherit && given.some((one) => one.inherit)),
      ...flag('no inherit', inherit && !given.some((one) => one.inherit)),
      ...flag('no set', !given.some(({ set }) => set)),
    ],
  }));
}

function rolesThatMatter({ catalog, roles, host }: Described): ReadonlySet<string> {
  const { migrator, bootstrap } = catalog.owners;
  const isOurs = ({ schema }: { readonly schema: string | null }): boolean => schema === null || !host.includes(schema);
  const named = [
    ...roles,
    ...[
      ...catalog.schemas.map((one) => ({ ...one, schema: one.name })),
      ...catalog.relations,
      ...catalog.functions,
      ...catalog.types,
      ...catalog.sequences,
    ]
      .filter(isOurs)
      .map(({ owner }) => owner),
    ...catalog.publications.map(({ owner }) => owner),
    ...catalog.grants
      .filter((grant) => !grant.implicit && isOurs(grant))
      .flatMap(({ grantee, grantor }) => [grantee, grantor]),
    ...catalog.policies.flatMap((policy) => policy.roles.map(({ name }) => name)),
    ...catalog.defaultPrivileges
      .filter(({ implicit }) => !implicit)
      .flatMap(({ owner, grants }) => [owner, ...grants.map(({ grantee }) => grantee)]),
    ...catalog.foreignAccess.flatMap(({ owner, role }) => [owner ?? '', role ?? '']),
    ...catalog.others.map(({ owner }) => owner ?? ''),
    ...catalog.roles.filter(({ databaseSettings }) => databaseSettings.length > 0).map(({ name }) => name),
  ];
  const apart = new Set([migrator, bootstrap, 'public', 'pg_database_owner', '']);
  const mattering = new Set(named.filter((name) => !apart.has(name)));
  const predefined = new Set(catalog.roles.filter((role) => role.predefined).map(({ name }) => name));
  for (let before = -1; before !== mattering.size; ) {
    before = mattering.size;
    for (const { role, member } of catalog.memberships) {
      // What PostgreSQL's own roles are members of is no project's, nor what the migrating role is a member of.
      if (mattering.has(role) && !predefined.has(role) && !predefined.has(member) && !apart.has(member))
        mattering.add(member);
      if (mattering.has(member) && !predefined.has(member) && !apart.has(role)) mattering.add(role);
      if (role === migrator && !predefined.has(member) && !apart.has(member)) mattering.add(member);
    }
  }
  return mattering;
}
