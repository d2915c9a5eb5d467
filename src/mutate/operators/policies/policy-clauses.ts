import type { Policy } from '../../../catalog/policies.ts';
import { quoteIdentifier } from '../../../sql/quote.ts';
import type { Draft, MutationSubject } from '../subject.ts';
import { governedPolicies, PRIVILEGES, policyDraft, recreated } from './policy-text.ts';

const COMMANDS = ['all', 'select', 'insert', 'update', 'delete'] as const;

/** Policies dropped, for other roles and commands, and permissive instead of restrictive or the other way round. */
export function policyClauses(subject: MutationSubject): Draft[] {
  return governedPolicies(subject).flatMap((policy) => [
    policyDraft(subject, policy, 'policy-dropped', '', `drop policy ${policy.sql} on ${policy.tableSql};`),
    policyDraft(
      subject,
      policy,
      policy.permissive ? 'policy-restrictive' : 'policy-permissive',
      '',
      recreated(policy, { permissive: !policy.permissive }),
    ),
    ...rolesOf(subject, policy),
    ...commandsOf(subject, policy),
  ]);
}

/** A role that has no privilege for the command is not let in by a policy: that is no mutant. */
function rolesOf(subject: MutationSubject, policy: Policy): Draft[] {
  const names = policy.roles.map(({ name }) => name);
  const alter = (to: string): string => `alter policy ${policy.sql} on ${policy.tableSql} to ${to};`;
  const may = (role: string): boolean => subject.holdings.governed([role], policy.tableSql, PRIVILEGES[policy.command]);
  if (names.includes('public')) return [];
  const own = policy.roles.map(({ sql }) => sql);
  const wider = subject.roles.filter(({ name }) => !names.includes(name) && may(name));
  const narrower = own.length > 1 ? policy.roles : [];
  return [
    ...wider.map(({ name, sql }) =>
      policyDraft(subject, policy, 'policy-to-widened', name, alter([...own, sql].join(', '))),
    ),
    // For one more role alone it is the mutant above.
    ...(wider.length > 1 ? [policyDraft(subject, policy, 'policy-to-widened', 'public', alter('public'))] : []),
    ...narrower.map(({ name, sql }) =>
      policyDraft(subject, policy, 'policy-to-narrowed', name, alter(own.filter((one) => one !== sql).join(', '))),
    ),
  ];
}

/**
 * The condition goes where the other command looks for it. Where none of the policy's roles has a privilege for the commands
 * that come or go, nothing changes: that is no mutant.
 */
function commandsOf(subject: MutationSubject, policy: Policy): Draft[] {
  const names = policy.roles.map(({ name }) => name);
  const matters = (command: Policy['command']): boolean =>
    COMMANDS.slice(1).some(
      (other) =>
        other !== command &&
        other !== policy.command &&
        subject.holdings.governed(names, policy.tableSql, PRIVILEGES[other]),
    );
  const wanted = (policy.command === 'all' ? COMMANDS.slice(1) : (['all'] as const)).filter(matters);
  const [using, check] = [policy.using ?? policy.check, policy.check ?? policy.using];
  return wanted.map((command) =>
    policyDraft(
      subject,
      policy,
      command === 'all' ? 'policy-for-all' : 'policy-for-narrowed',
      command === 'all' ? '' : command,
      recreated(policy, {
        command,
        using: command === 'insert' ? null : using,
        check: command === 'select' || command === 'delete' ? null : check,
      }),
    ),
  );
}

/** For each table and command, a policy that lets everybody do it who has the privilege. */
export function policyAdded(subject: MutationSubject): Draft[] {
  const { catalog, holdings, roles, tables, concernsOf } = subject;
  return tables
    .filter(({ rowSecurity }) => rowSecurity)
    .flatMap(({ id, sql }) =>
      COMMANDS.slice(1)
        .filter((command) =>
          roles.some(
            ({ name }) =>
              holdings.governed([name], sql, PRIVILEGES[command]) &&
              !catalog.policies.some((policy) => policy.tableSql === sql && isOpen(policy, command, name)),
          ),
        )
        .map((command) => ({
          operator: 'policy-added',
          object: id,
          place: command,
          what: `A permissive policy on ${id} that lets everybody ${command}`,
          sql: `create policy ${quoteIdentifier('added by a mutant')} on ${sql} for ${command} to public ${command === 'insert' ? 'with check' : 'using'} (true);`,
          concerns: concernsOf(id),
          kind: 'access' as const,
        })),
    );
}

/** Whether a policy already lets a role do a command with every row. */
function isOpen({ permissive, command, roles, using, check }: Policy, asked: Policy['command'], role: string): boolean {
  const isFor =
    (command === asked || command === 'all') && roles.some(({ name }) => name === role || name === 'public');
  const conditions = asked === 'insert' ? [check ?? using] : asked === 'update' ? [using, check ?? using] : [using];
  return permissive && isFor && conditions.every((condition) => condition === 'true');
}
