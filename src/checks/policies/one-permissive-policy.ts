import { sortedBy } from '../../catalog/order.ts';
import type { Policy } from '../../catalog/policies.ts';
import { type Check, policiesOf } from '../check.ts';

interface Permission {
  readonly table: string;
  readonly name: string;
  readonly command: string;
  readonly role: string;
}

export const onePermissivePolicy: Check = {
  id: 'one-permissive-policy',
  expected: 'one permissive policy for each command and role',
  offences: ({ policies }) => {
    const permissions = sortedBy(
      policies.filter(({ permissive }) => permissive).flatMap((policy) => permissionsOf(policy, policies)),
      ({ table, command, role, name }) => [table, command, role, name],
    );
    const groups = Map.groupBy(permissions, ({ table, command, role }) => JSON.stringify([table, command, role]));
    const crowded = [...groups.values()].filter((group) => group.length > 1);
    return [...Map.groupBy(crowded, (group) => group[0]?.table ?? '')].map(([table, found]) => ({
      object: table,
      seen: found.map(crowd).join('; '),
      evidence: policiesOf(table),
    }));
  },
};

/** A policy for all commands is one for each, and one to public is one for each role that others of the table name. */
function permissionsOf({ name, tableSql: table, command, roles }: Policy, all: readonly Policy[]): Permission[] {
  const own = new Set(roles.map((role) => role.sql));
  const named = all.filter((other) => other.tableSql === table).flatMap((other) => other.roles.map((role) => role.sql));
  const meant = own.has('public') ? new Set(named) : own;
  const commands = command === 'all' ? ['select', 'insert', 'update', 'delete'] : [command];
  return commands.flatMap((one) => [...meant].map((role) => ({ table, name, command: one, role })));
}

function crowd(group: readonly Permission[]): string {
  const names = group.map(({ name }) => `“${name}”`).join(' and ');
  return `${group[0]?.command} by ${group[0]?.role}: ${names}`;
}
