import { clausesOf, type Policy } from '../../../catalog/policies.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/** The properties of a policy that can be others. */
type PolicyShape = Pick<Policy, 'permissive' | 'command' | 'using' | 'check'> & { readonly to: string };

/** Which privilege a command takes. */
export const PRIVILEGES = {
  select: ['SELECT'],
  insert: ['INSERT'],
  update: ['UPDATE'],
  delete: ['DELETE'],
  all: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
} as const;

/** A policy decides nothing where none of its roles has a privilege for its command: no change of it is a mutant. */
export const governedPolicies = ({ catalog, holdings }: MutationSubject): readonly Policy[] =>
  catalog.policies.filter(({ roles, command, tableSql }) =>
    holdings.governed(
      roles.map(({ name }) => name),
      tableSql,
      PRIVILEGES[command],
    ),
  );

/** The roles of a policy as SQL. */
const toOf = ({ roles }: Policy): string => roles.map(({ sql }) => sql).join(', ');

/** SQL that makes a policy anew with something changed: what ALTER POLICY cannot change. */
export function recreated(policy: Policy, change: Partial<PolicyShape>): string {
  const { permissive, command, using, check, to } = { ...policy, to: toOf(policy), ...change };
  return [
    `drop policy ${policy.sql} on ${policy.tableSql};`,
    `create policy ${policy.sql} on ${policy.tableSql} as ${permissive ? 'permissive' : 'restrictive'}`,
    `for ${command} to ${to} ${clausesOf(using, check)};`,
  ].join(' ');
}

/** A mutant of a policy. */
export function policyDraft(
  { concernsOf }: MutationSubject,
  policy: Policy,
  operator: string,
  place: string,
  sql: string,
): Draft {
  const object = `${policy.table} ${policy.sql}`;
  return {
    operator,
    object,
    place,
    what: `Policy ${policy.sql} on ${policy.table}: ${operator.replace('policy-', '').replaceAll('-', ' ')} ${place}`.trim(),
    sql,
    concerns: concernsOf(policy.table),
    kind: 'access',
  };
}
