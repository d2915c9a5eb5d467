import type { Catalog } from '../../catalog/catalog.ts';
import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check, Offence } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';

export const clientRoleMembership: Check = {
  id: 'client-role-membership',
  expected: 'no way by SET ROLE to what the role’s own grants do not give',
  offences: (ruled) =>
    sortedBy(
      ruled.clients.flatMap((client) => reachOf(ruled, client)),
      ({ object }) => [object],
    ),
};

/** The groups of a client's role that give it more than inherited grants, which the access proof sees. */
function reachOf(ruled: RuledCatalog, client: string): Offence[] {
  const { all, clients } = ruled;
  const roles = new Map(all.roles.map((role) => [role.name, role]));
  const object = roles.get(client)?.sql ?? client;
  return groupsOf(all, client).flatMap(({ name, through, inherited }) => {
    const role = roles.get(name);
    if (!role) return [];
    const why = role.superuser
      ? 'which is a superuser'
      : role.bypassRowSecurity
        ? 'which bypasses row level security'
        : role.createRole || role.createDatabase || role.replication
          ? 'which may create roles or databases, or replicate'
          : clients.includes(name)
            ? 'which other clients have'
            : role.predefined
              ? 'whose rights are those over the server'
              : ownersOf(ruled).has(name)
                ? 'which owns ruled objects'
                : inherited
                  ? undefined
                  : 'whose grants it does not inherit, so that no proof sees them';
    if (!why) return [];
    return [
      {
        object: `${object} in ${role.sql}`,
        seen: `${object} is a member of ${role.sql}${through.length > 0 ? ` through ${through.join(', ')}` : ''}, ${why}`,
        evidence: `select roleid::regrole, member::regrole, admin_option from pg_auth_members where member = ${quoteLiteral(object)}::regrole;`,
      },
    ];
  });
}

interface Group {
  readonly name: string;
  readonly through: readonly string[];
  readonly inherited: boolean;
}

/** Every role that one is a member of, each on one of the shortest ways. */
function groupsOf({ memberships }: Catalog, member: string): Group[] {
  const found = new Map<string, Group>();
  let edge: Group[] = [{ name: member, through: [], inherited: true }];
  while (edge.length > 0) {
    edge = edge.flatMap(({ name, through, inherited }) =>
      memberships
        .filter((one) => one.member === name && one.role !== member && !found.has(one.role))
        .map((one) => {
          const group = {
            name: one.role,
            through: name === member ? [] : [...through, name],
            inherited: inherited && one.inherit,
          };
          found.set(one.role, group);
          return group;
        }),
    );
  }
  return [...found.values()];
}

const ownersOf = ({ schemas, relations, functions, types, sequences }: RuledCatalog): ReadonlySet<string> =>
  new Set([...schemas, ...relations, ...functions, ...types, ...sequences].map(({ owner }) => owner));
