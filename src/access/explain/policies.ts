import type { Policy } from '../../catalog/policies.ts';
import type { RoleMembership } from '../../catalog/roles.ts';
import type { Command } from '../model.ts';
import { waysFrom } from './grants.ts';
import type { PolicyTruth, RowState } from './model.ts';

/** A clause of a policy that a command evaluates, and for which row. */
export interface AppliedClause extends Pick<PolicyTruth, 'clause'> {
  readonly policy: Policy;
  readonly about: RowState;
  /** The expression as SQL. */
  readonly text: string;
}

/** Whether a policy is for a command and for a role, itself or as a member of another. */
export function applies(
  policy: Policy,
  command: Command,
  role: string,
  memberships: readonly RoleMembership[],
): boolean {
  if (policy.command !== 'all' && policy.command !== command) return false;
  const ways = waysFrom(role, memberships);
  return policy.roles.some(({ name }) => ways.has(name));
}

/**
 * The clauses that a command evaluates, as CREATE POLICY has them in “Policies Applied by Command Type”: USING for rows that are
 * there, and WITH CHECK, or USING where a policy has no other, for rows that are written.
 */
export function clausesFor({ using, check, ...rest }: Policy, command: Command): AppliedClause[] {
  const policy = { using, check, ...rest };
  const before: AppliedClause[] = using === null ? [] : [{ policy, clause: 'using', about: 'the row', text: using }];
  const written = check ?? using;
  const after = (about: RowState): AppliedClause[] =>
    written === null ? [] : [{ policy, clause: check === null ? 'using' : 'with check', about, text: written }];
  switch (command) {
    case 'insert':
      return after('the inserted row');
    case 'update':
      return [...before, ...after('the updated row')];
    default:
      return before;
  }
}
