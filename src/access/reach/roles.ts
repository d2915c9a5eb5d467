import type { DatabaseRole, RoleMembership } from '../../catalog/roles.ts';
import type { Persona } from '../model.ts';

/** A role of the configuration's: of a persona, or one that `roles` names. */
export interface ClientRole {
  readonly role: string;
  /** The names of its personas; its own where it has none. */
  readonly names: readonly string[];
}

/** A role as which a client's statements can run: the client's own, or one that it may become. */
export interface Actor {
  readonly client: ClientRole;
  readonly role: string;
  /** The roles whose privileges it has without becoming them, with itself and `public`. */
  readonly holds: ReadonlySet<string>;
}

/** The roles of the personas and those that the configuration names besides, each once, in their order. */
export function clientRoles(
  personas: readonly Pick<Persona, 'name' | 'role'>[],
  roles: readonly string[],
): ClientRole[] {
  const byRole = Map.groupBy(personas, ({ role }) => role);
  return [...new Set([...byRole.keys(), ...roles])].map((role) => ({
    role,
    names: byRole.get(role)?.map(({ name }) => name) ?? [role],
  }));
}

/**
 * Every role as which a client can act. Memberships are followed as PostgreSQL follows them: privileges come by those
 * that inherit, and SET ROLE goes along those that allow it, or that let the member change that (ADMIN). ADMIN OPTION is
 * had by every member, whatever else its membership allows (is_admin_of_role in src/backend/utils/adt/acl.c).
 */
export function actorsOf(clients: readonly ClientRole[], memberships: readonly RoleMembership[]): Actor[] {
  return clients.flatMap((client) =>
    [...becoming(client.role, memberships)].map((role) => ({
      client,
      role,
      holds: new Set([...closure(role, memberships, ({ inherit }) => inherit), 'public']),
    })),
  );
}

/** The role and all that it may become. */
function becoming(role: string, memberships: readonly RoleMembership[]): Set<string> {
  const reached = new Set([role]);
  for (const one of reached) {
    const groups = closure(one, memberships, () => true);
    for (const { member, role: group, set, admin } of memberships)
      if ((set && member === one) || (admin && groups.has(member))) reached.add(group);
  }
  return reached;
}

/** The role and all that it is a member of, directly or not, by memberships that `follow` is true of. */
function closure(
  role: string,
  memberships: readonly RoleMembership[],
  follow: (one: RoleMembership) => boolean,
): Set<string> {
  const reached = new Set([role]);
  // A set is iterated over what is added meanwhile, too.
  for (const member of reached) {
    for (const one of memberships) if (one.member === member && follow(one)) reached.add(one.role);
  }
  return reached;
}

/** The names of the roles that no policy holds for: superusers, and those with BYPASSRLS, which no member inherits. */
export function bypassing(roles: readonly DatabaseRole[]): ReadonlySet<string> {
  return new Set(
    roles.filter(({ superuser, bypassRowSecurity }) => superuser || bypassRowSecurity).map(({ name }) => name),
  );
}
