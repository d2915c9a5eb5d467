import type { Mutant } from '../mutant.ts';
import { functionBodies } from './bodies/function-bodies.ts';
import type { MutableCatalog, MutationSettings } from './catalog.ts';
import { functionModes } from './functions/function-modes.ts';
import { defaultPrivileges } from './others/default-privileges.ts';
import { eventTriggers } from './others/event-triggers.ts';
import { owners } from './others/owners.ts';
import { publications } from './others/publications.ts';
import { sequences } from './others/sequences.ts';
import { policyAdded, policyClauses } from './policies/policy-clauses.ts';
import { policyConditions } from './policies/policy-conditions.ts';
import { rowSecurity } from './policies/row-security.ts';
import { closedSchemas } from './privileges/closed-schemas.ts';
import { columnPrivileges } from './privileges/column-privileges.ts';
import { objectPrivileges } from './privileges/object-privileges.ts';
import { memberships, roleAttributes } from './privileges/roles.ts';
import { type Draft, type MutationSubject, mutationSubject, type Operator } from './subject.ts';
import { columns } from './tables/columns.ts';
import { constraints } from './tables/constraints.ts';
import { indexes } from './tables/indexes.ts';
import { triggers } from './tables/triggers.ts';
import { views } from './views/views.ts';

const OPERATORS: readonly Operator[] = [
  rowSecurity,
  policyClauses,
  policyConditions,
  policyAdded,
  objectPrivileges,
  columnPrivileges,
  closedSchemas,
  memberships,
  roleAttributes,
  functionModes,
  functionBodies,
  views,
  triggers,
  constraints,
  columns,
  indexes,
  owners,
  sequences,
  defaultPrivileges,
  eventTriggers,
  publications,
];

/**
 * Every mutant of a database: one small change each, no two with the same statements, with ids that do not depend on
 * other objects. Changes that are equivalent by construction are not among them; docs/mutants.md has the rules.
 */
export function mutantsOf(catalog: MutableCatalog, settings: MutationSettings): Mutant[] {
  const subject = mutationSubject(catalog, settings);
  const drafts = OPERATORS.flatMap((operator) => operator(subject)).filter((draft) => !isShutKey(draft, subject));
  return withIds([...new Map(drafts.toReversed().map((draft) => [draft.sql, draft])).values()].toReversed());
}

/** A key carries no access in a schema that no client role may enter. */
function isShutKey({ kind, operator, concerns }: Draft, { concernsOf, unreachable }: MutationSubject): boolean {
  const [table = ''] = concerns;
  return kind === 'access' && KEYS.test(operator) && unreachable.object(table.split('.')[0] ?? '', concernsOf(table));
}

const KEYS = /^(primary-key|unique|exclusion|foreign-key)-/;

/** Two changes of equal places are told apart by their order. */
function withIds(drafts: readonly Draft[]): Mutant[] {
  const times = new Map<string, number>();
  return drafts.map(({ place, ...draft }) => {
    const id = [draft.operator, draft.object, place].filter((text) => text !== '').join(' ');
    const count = (times.get(id) ?? 0) + 1;
    times.set(id, count);
    return { id: count > 1 ? `${id} #${count}` : id, ...draft };
  });
}
