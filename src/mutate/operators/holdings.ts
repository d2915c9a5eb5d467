import type { Grant } from '../../catalog/grants.ts';
import type { MutableCatalog } from './catalog.ts';

/** Who has which privilege, and from where. */
export interface Holdings {
  /** Whether the role was granted it itself; `public` is a role here. */
  given(role: string, object: HeldObject, privilege: string): boolean;
  /** Whether the role has it whatever it was granted itself: as a superuser or owner, by PUBLIC or by a role it inherits. */
  otherwise(role: string, object: HeldObject, privilege: string): boolean;
  /** Whether the role has it on the table or on any of its columns. */
  anywhere(role: string, table: string, privilege: string): boolean;
  /** Whether row security does not hold for the role. */
  bypasses(role: string): boolean;
  /** The roles that a role is by inheritance, and `public`; without itself. */
  groups(role: string): readonly string[];
  /**
   * Whether row security decides something for a role: one that is among `to` (`public` is every role), that it holds for,
   * and that has one of the privileges on the table or a column.
   */
  governed(to: readonly string[], table: string, privileges: readonly string[]): boolean;
}

/** An object with privileges: `sql` of a grant, and the column of one on a column. */
export interface HeldObject {
  readonly kind: Grant['kind'];
  readonly sql: string;
  readonly column?: string;
}

const keyOf = (role: string, { kind, sql, column = '' }: HeldObject, privilege: string): string =>
  [role, kind, sql, column, privilege].join('\n');

export function holdingsOf({ grants, roles, memberships }: MutableCatalog): Holdings {
  const heldBy = (grant: Grant): HeldObject => ({
    kind: grant.kind,
    sql: grant.sql,
    ...(grant.column === null ? {} : { column: grant.column }),
  });
  const held = new Set(grants.map((grant) => keyOf(grant.grantee, heldBy(grant), grant.privilege)));
  const onColumns = new Set(
    grants
      .filter(({ kind }) => kind === 'column')
      .map(({ grantee, sql, privilege }) => [grantee, sql, privilege].join('\n')),
  );
  const byName = new Map(roles.map((role) => [role.name, role]));
  const inherited = (role: string, seen: readonly string[] = []): string[] =>
    memberships
      .filter(({ member, inherit, role: group }) => member === role && inherit && !seen.includes(group))
      .flatMap(({ role: group }) => [group, ...inherited(group, [...seen, group])]);
  const sources = (role: string): string[] => (role === 'public' ? [] : ['public', ...inherited(role)]);
  const given: Holdings['given'] = (role, object, privilege) => held.has(keyOf(role, object, privilege));
  const otherwise: Holdings['otherwise'] = (role, object, privilege) =>
    byName.get(role)?.superuser === true || sources(role).some((source) => given(source, object, privilege));
  const anywhere: Holdings['anywhere'] = (role, table, privilege) =>
    byName.get(role)?.superuser === true ||
    [role, ...sources(role)].some(
      (source) =>
        given(source, { kind: 'table', sql: table }, privilege) || onColumns.has([source, table, privilege].join('\n')),
    );
  const bypasses: Holdings['bypasses'] = (role) =>
    byName.get(role)?.superuser === true || byName.get(role)?.bypassRowSecurity === true;
  return {
    given,
    otherwise,
    anywhere,
    bypasses,
    groups: sources,
    governed: (to, table, privileges) =>
      roles.some(
        ({ name }) =>
          !bypasses(name) &&
          [name, ...sources(name)].some((one) => to.includes(one)) &&
          privileges.some((privilege) => anywhere(name, table, privilege)),
      ),
  };
}
