import type { RoleMembership } from '../../catalog/roles.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { RolesState } from './state.ts';

/** From this version on, a membership has options of its own, and one for each role that granted it. */
const WITH_OPTIONS = 16;

/** The statements that make members of roles those that were. */
export function membershipStatements(before: RolesState, after: RolesState): string[] {
  const { major } = after;
  const keyOf = ({ role, member, grantor }: RoleMembership): string =>
    JSON.stringify(major < WITH_OPTIONS ? [role, member] : [role, member, grantor]);
  const optionsOf = ({ admin, inherit, set }: RoleMembership): string =>
    JSON.stringify(major < WITH_OPTIONS ? [admin] : [admin, inherit, set]);
  const was = new Map(before.memberships.map((each) => [keyOf(each), each]));
  const is = new Map(after.memberships.map((each) => [keyOf(each), each]));
  // A role that was dropped is nobody's member any more, and its grants are gone.
  const exists = ({ role, member, grantor }: RoleMembership): boolean =>
    [role, member, grantor].every((name) => after.oids.has(name));
  const added = after.memberships.filter((each) => !was.has(keyOf(each)));
  const changed = before.memberships.filter((each) => {
    const now = is.get(keyOf(each));
    return exists(each) && !(now && optionsOf(now) === optionsOf(each));
  });
  // Whoever granted a membership needs the admin option for it.
  const adminFirst = changed.toSorted((one, other) => Number(other.admin) - Number(one.admin));
  return [
    ...added.map((each) => `revoke ${membership(each, 'from')}${by(each, major)} cascade`),
    ...adminFirst.map((each) => grant(each, major)),
  ];
}

const membership = ({ role, member }: RoleMembership, word: 'from' | 'to'): string =>
  `${quoteIdentifier(role)} ${word} ${quoteIdentifier(member)}`;

const by = ({ grantor }: RoleMembership, major: number): string =>
  major < WITH_OPTIONS ? '' : ` granted by ${quoteIdentifier(grantor)}`;

function grant(each: RoleMembership, major: number): string {
  const { admin, inherit, set } = each;
  if (major >= WITH_OPTIONS)
    return `grant ${membership(each, 'to')} with admin ${admin}, inherit ${inherit}, set ${set}${by(each, major)}`;
  return admin
    ? `grant ${membership(each, 'to')} with admin option`
    : `grant ${membership(each, 'to')}; revoke admin option for ${membership(each, 'from')}`;
}
