import type { Membership, Role, Roles } from './roles.ts';

/** A change that one database made to its roles. */
export interface RolesChange {
  /** The roles that it had. */
  from: Roles;
  /** Those that it has now. */
  to: Roles;
  /** The roles that it had and still has: their names then and now. */
  kept: readonly (readonly [then: string, now: string])[];
}

/**
 * Does to the roles of all databases what one database did to its own: two databases may change roles at the same time, and
 * neither has seen the other's change. The result is that of PostgreSQL when the changes that are kept already ran first, and
 * what it would then refuse is skipped: to change, rename or drop a role that is gone, and to create one, or to give one a name,
 * that is taken. So is a new option of a membership that is gone. Of what both changed, this change counts.
 * @param onto the roles that all have by now
 */
export function mergeRoles({ from, to, kept }: RolesChange, onto: Roles): Roles {
  const isKept = new Set(kept.map(([then]) => then));
  const dropped = new Set(from.roles.map(({ rolname }) => rolname).filter((name) => !isKept.has(name)));
  const left = onto.roles.filter(({ rolname }) => !dropped.has(rolname));
  const renames = possible(kept, new Set(left.map(({ rolname }) => rolname)));
  const roles = new Map(
    left.map((role) => ({ ...role, rolname: renames.get(role.rolname) ?? role.rolname })).map(byName),
  );
  const [had, then] = [new Map(from.roles.map(byName)), new Map(kept.map(([before, now]) => [now, before]))];
  for (const role of to.roles) {
    const before = had.get(then.get(role.rolname) ?? '');
    const other = roles.get(role.rolname);
    if (before && other) roles.set(role.rolname, changedRole(before, role, other));
    else if (!before && !other) roles.set(role.rolname, role);
  }
  const without = (all: readonly Membership[]) =>
    all.filter((one) => !dropped.has(one.role) && !dropped.has(one.member));
  const exists = (name: string): boolean => roles.has(name) || PREDEFINED.test(name);
  const memberships = mergeMemberships(
    renamed(without(from.memberships), new Map(kept)),
    to.memberships,
    renamed(without(onto.memberships), renames),
  );
  return {
    roles: [...roles.values()].sort((one, other) => (one.rolname < other.rolname ? -1 : 1)),
    memberships: memberships.filter(({ role, member }) => exists(role) && exists(member)),
  };
}

/** The roles that every database has by itself. */
const PREDEFINED = /^pg_/;

const byName = (role: Role): [string, Role] => [role.rolname, role];

/**
 * The renames that PostgreSQL would allow: of roles that are there, to names that are free or become so.
 * @param names of the roles that are there
 */
function possible(renames: RolesChange['kept'], names: ReadonlySet<string>): ReadonlyMap<string, string> {
  let moving = renames.filter(([then, now]) => then !== now && names.has(then));
  for (;;) {
    const leaving = new Set(moving.map(([then]) => then));
    const next = moving.filter(([, now]) => !names.has(now) || leaving.has(now));
    if (next.length === moving.length) return new Map(next);
    moving = next;
  }
}

const renamed = (memberships: readonly Membership[], names: ReadonlyMap<string, string>): Membership[] =>
  memberships.map((one) => ({
    ...one,
    role: names.get(one.role) ?? one.role,
    member: names.get(one.member) ?? one.member,
  }));

/** The same for memberships, whose roles have their names of now in all three. */
function mergeMemberships(
  from: readonly Membership[],
  to: readonly Membership[],
  onto: readonly Membership[],
): Membership[] {
  const keyOf = ({ role, member }: Membership): string => JSON.stringify([role, member]);
  const keyed = (all: readonly Membership[]) => new Map(all.map((one) => [keyOf(one), one]));
  const [had, has, result] = [keyed(from), keyed(to), keyed(onto)];
  for (const key of had.keys()) if (!has.has(key)) result.delete(key);
  for (const [key, each] of has) {
    const [before, other] = [had.get(key), result.get(key)];
    if (!before) result.set(key, each);
    else if (other) result.set(key, changed(before, each, other));
  }
  return [...result].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

function changedRole(from: Role, to: Role, onto: Role): Role {
  const byName = ({ settings }: Role) =>
    new Map((settings ?? []).map((text) => [text.slice(0, text.indexOf('=')), text]));
  const [had, has, settings] = [byName(from), byName(to), byName(onto)];
  for (const name of had.keys()) if (!has.has(name)) settings.delete(name);
  for (const [name, text] of has) if (had.get(name) !== text) settings.set(name, text);
  return { ...changed(from, to, onto), settings: settings.size > 0 ? [...settings.values()] : null };
}

/** One object with what differs between two others. */
function changed<T extends object>(from: T, to: T, onto: T): T {
  const differing = Object.entries(to).filter(([name, value]) => from[name as keyof T] !== value);
  return { ...onto, ...Object.fromEntries(differing) };
}
