import type { Relation } from '../../catalog/relations.ts';
import type { JudgedCell } from '../answer/judge.ts';
import type { CommandRule, PersonaRule, PolicyTruth } from './model.ts';

/** The rule of a command, and what its policies were for one row. */
type RuleForRow = Omit<CommandRule, 'rows'> & { readonly policies: readonly PolicyTruth[] };

/** One sentence about what made the outcome of a cell. */
export function whyOf(
  { outcome, detail = '', refusedBy, command }: JudgedCell,
  persona: Omit<PersonaRule, 'commands'>,
  rule: RuleForRow,
  { id, schema }: Pick<Relation, 'id' | 'schema'>,
): string {
  const { role, usage, rowSecurity } = persona;
  switch (outcome) {
    case 'allowed':
      return rowSecurity.state === 'applies' ? letThrough(rule) : `No policy is asked: ${rowSecurity.why}.`;
    case 'no grant':
      if (usage.length === 0) return `${role} lacks USAGE of schema ${schema}.`;
      if (rule.grants.length === 0) return `${role} lacks ${command.toUpperCase()} on ${id}.`;
      return `A privilege is missing below it: ${detail}.`;
    case 'filtered':
    case 'policy violation':
      return rowSecurity.state === 'applies' ? keptOut(rule) : `Not by a policy of ${id}: ${rowSecurity.why}.`;
    case 'refused':
      return `Access was allowed, and ${refusedBy ?? 'a trigger or function'} raised an error.`;
    case 'not possible':
      return `No role can do that: ${detail}.`;
    default:
      return detail;
  }
}

function letThrough({ policies }: RuleForRow): string {
  const through = namesOf(
    policies.filter(({ permissive }) => permissive),
    (values) => values.every((one) => one === true),
  );
  const restrictive = namesOf(
    policies.filter(({ permissive }) => !permissive),
    (values) => values.every((one) => one === true),
  );
  if (through.length === 0)
    return 'The values of its policies do not say which one let it through; the statement shows that it was.';
  return `Let through by ${listOf(through)}${restrictive.length > 0 ? `, and by the restrictive ${listOf(restrictive)}` : ''}.`;
}

function keptOut({ command, policies, permissive }: RuleForRow): string {
  if (permissive.length === 0) return `No permissive policy for ${command} applies to the role.`;
  const isFalse = (values: readonly PolicyTruth['value'][]): boolean => values.includes(false);
  const restrictive = namesOf(
    policies.filter((one) => !one.permissive),
    isFalse,
  );
  if (restrictive.length > 0) return `Kept out by the restrictive ${listOf(restrictive)}, which is false.`;
  const own = namesOf(
    policies.filter((one) => one.permissive),
    isFalse,
  );
  if (own.length === permissive.length)
    return own.length === 1
      ? `${listOf(own)} is false, and no other lets it through.`
      : `All are false: ${listOf(own)}.`;
  if (command === 'update' || command === 'delete')
    return `Its policies for ${command} let it through, and none for select does: a statement that finds rows by a column has to see them.`;
  return 'The values of its policies do not say what kept it out; the statement shows that it was.';
}

/** The policies whose values, of all of their clauses, are as wanted. */
function namesOf(
  policies: readonly PolicyTruth[],
  areWanted: (values: readonly PolicyTruth['value'][]) => boolean,
): string[] {
  return [...Map.groupBy(policies, ({ policy }) => policy)]
    .filter(([, own]) => areWanted(own.map(({ value }) => value)))
    .map(([name]) => name);
}

const listOf = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');
