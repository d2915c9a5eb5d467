import type { Grant } from '../../catalog/grants.ts';
import type { Relation } from '../../catalog/relations.ts';
import type { DatabaseRole, RoleMembership } from '../../catalog/roles.ts';
import type { Command } from '../model.ts';
import type { HeldGrant, RowSecurityState } from './model.ts';

/** Who has which privilege, as the catalogs say. */
export interface GrantCatalog {
  readonly grants: readonly Grant[];
  readonly roles: readonly DatabaseRole[];
  readonly memberships: readonly RoleMembership[];
}

/**
 * The roles whose privileges a role has without SET ROLE, each with the way to it: itself, those that it is a member of by memberships
 * that inherit, directly or not, and `public`.
 */
export function waysFrom(role: string, memberships: readonly RoleMembership[]): Map<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>([[role, [role]]]);
  // A map is iterated over what is added meanwhile, too.
  for (const [member, way] of ways)
    for (const { role: group, member: own, inherit } of memberships)
      if (own === member && inherit && !ways.has(group)) ways.set(group, [...way, group]);
  return ways.set('public', [role, 'public']);
}

/** Where a role has the privilege for a command on a relation from; none when it lacks it. */
export function grantsFor(role: string, command: Command, relation: Relation, catalog: GrantCatalog): HeldGrant[] {
  const privilege = command.toUpperCase();
  const predefined = command === 'select' ? 'pg_read_all_data' : 'pg_write_all_data';
  return held(role, privilege, [predefined], catalog, (grant) => grant.object === relation.id && isOfRelation(grant));
}

/** Where a role has USAGE of a schema from; none when it lacks it. */
export function usageFor(role: string, schema: string, catalog: GrantCatalog): HeldGrant[] {
  const predefined = ['pg_read_all_data', 'pg_write_all_data'];
  return held(role, 'USAGE', predefined, catalog, ({ kind, object }) => kind === 'schema' && object === schema);
}

const isOfRelation = ({ kind }: Grant): boolean => kind === 'table' || kind === 'column';

function held(
  role: string,
  privilege: string,
  predefined: readonly string[],
  { grants, roles, memberships }: GrantCatalog,
  isAbout: (grant: Grant) => boolean,
): HeldGrant[] {
  if (roles.some(({ name, superuser }) => name === role && superuser))
    return [{ privilege, columns: null, through: [role], without: 'superuser' }];
  const ways = waysFrom(role, memberships);
  const own = grants.filter((grant) => grant.privilege === privilege && isAbout(grant) && ways.has(grant.grantee));
  const byGrantee = Map.groupBy(own, ({ grantee, column }) => `${grantee}\n${column === null}`);
  return [
    ...[...byGrantee.values()].map(([first, ...rest]): HeldGrant => {
      const columns = [first, ...rest].flatMap((grant) => grant?.column ?? []);
      return {
        privilege,
        columns: columns.length > 0 ? [...new Set(columns)] : null,
        through: ways.get(first?.grantee ?? '') ?? [role],
        without: first?.toOwner ? 'owner' : null,
      };
    }),
    ...predefined
      .filter((name) => ways.has(name))
      .map((name) => ({ privilege, columns: null, through: ways.get(name) ?? [role], without: name })),
  ];
}

/**
 * Whether policies hold for a role. They don't where row security is off, for superusers and roles with BYPASSRLS, which no member
 * inherits, and for the owner and its members unless it is forced (check_enable_rls in src/backend/utils/misc/rls.c).
 */
export function rowSecurityFor(
  role: string,
  { kind, rowSecurity, forceRowSecurity, owner, securityInvoker }: Relation,
  { roles, memberships }: Pick<GrantCatalog, 'roles' | 'memberships'>,
): RowSecurityState {
  if (kind === 'view')
    return {
      state: 'off',
      why: securityInvoker
        ? 'a view has no policies; those of the tables that it reads hold for its caller'
        : `a view has no policies; those of the tables that it reads hold for its owner ${owner}`,
    };
  if (!rowSecurity) return { state: 'off', why: 'row level security is not enabled' };
  const own = roles.find(({ name }) => name === role);
  if (own?.superuser) return { state: 'bypassed', why: `${role} is a superuser` };
  if (own?.bypassRowSecurity) return { state: 'bypassed', why: `${role} has BYPASSRLS` };
  if (!forceRowSecurity && waysFrom(role, memberships).has(owner))
    return {
      state: 'bypassed',
      why: role === owner ? `${role} owns it` : `${role} is a member of ${owner}, which owns it`,
    };
  return { state: 'applies', why: forceRowSecurity ? 'row level security is forced' : 'row level security is enabled' };
}
