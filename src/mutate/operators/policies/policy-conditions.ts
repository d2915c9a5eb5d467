import type { Policy } from '../../../catalog/policies.ts';
import { editsOf } from '../edits/all.ts';
import { CONDITION, fromBytes, parsedCode, toBytes } from '../edits/code.ts';
import { described } from '../edits/described.ts';
import { applied, type SqlEdit } from '../edits/edit.ts';
import type { Draft, MutationSubject } from '../subject.ts';
import { callerEdits } from './callers.ts';
import { otherColumnEdits } from './other-columns.ts';
import { governedPolicies, policyDraft, recreated } from './policy-text.ts';
import { isSettled } from './settled-checks.ts';

/** Each small change of the USING and WITH CHECK of each policy. */
export function policyConditions(subject: MutationSubject): Draft[] {
  return governedPolicies(subject).flatMap((policy) => [
    ...clauseDrafts(subject, policy, 'using', policy.using),
    ...clauseDrafts(subject, policy, 'check', policy.check),
    ...impliedCheck(subject, policy),
  ]);
}

function clauseDrafts(
  subject: MutationSubject,
  policy: Policy,
  clause: 'using' | 'check',
  condition: string | null,
): Draft[] {
  if (condition === null) return [];
  const text = toBytes(condition);
  const code = parsedCode(text, CONDITION);
  const all: SqlEdit[] = [
    ...constantConditions(text),
    ...editsOf(code, subject.labels),
    ...otherColumnEdits(code, policy, subject),
    ...callerEdits(code, policy, subject),
  ];
  const edits =
    clause === 'check' && isSettled(subject, policy) ? all.filter(({ operator }) => operator !== WIDEST) : all;
  return edits.map((edit) => {
    const changed = fromBytes(applied(text, edit));
    const whole = edit.from === 0 && edit.to === text.length;
    return policyDraft(
      subject,
      policy,
      `policy-${clause}-${edit.operator.replace('condition-', '')}`,
      whole ? '' : described(text, edit),
      `alter policy ${policy.sql} on ${policy.tableSql} ${clause === 'using' ? 'using' : 'with check'} (${changed});`,
    );
  });
}

/** The change that lets everything through. */
const WIDEST = 'condition-true';

/** A condition that is a constant already is only made the other one. */
function constantConditions(text: string): SqlEdit[] {
  const by = { true: 'false', false: 'true' }[text];
  return by ? [{ operator: `condition-${by}`, from: 0, to: text.length, by, what: by, condition: true }] : [];
}

/** WITH CHECK is USING where it is left out: to say so changes nothing, and to say something else does. */
function impliedCheck(subject: MutationSubject, policy: Policy): Draft[] {
  if (policy.command !== 'update' && policy.command !== 'all') return [];
  if (policy.check === null) {
    const alter = (check: string): string => `alter policy ${policy.sql} on ${policy.tableSql} with check (${check});`;
    return ['true', 'false']
      .filter((check) => check !== policy.using)
      .map((check) => policyDraft(subject, policy, `policy-check-${check}`, '', alter(check)));
  }
  if (policy.check === policy.using || policy.using === null) return [];
  return [policyDraft(subject, policy, 'policy-check-removed', '', recreated(policy, { check: null }))];
}
