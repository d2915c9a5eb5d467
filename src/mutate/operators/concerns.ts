import { namesIn } from '../../sql/names.ts';
import type { MutableCatalog } from './catalog.ts';

/** Everything whose behaviour can change with an object: the relation's id or the function's signature, nearest first. */
export type ConcernsOf = (object: string) => readonly string[];

/**
 * Who uses what, from the texts of definitions: views and functions use what they name, and so do tables by their policies,
 * defaults, checks and triggers. A name in a text may be another's, which makes the answer longer and not wrong.
 */
export function concernsIn(catalog: MutableCatalog): ConcernsOf {
  const users = new Map<string, Set<string>>();
  const functionsBy = Map.groupBy(catalog.functions, ({ schema, name }) => `${schema}.${name}`);
  const relations = new Set(catalog.relations.map(({ id }) => id));
  const uses = (user: string, object: string): void => {
    if (user !== object) users.set(object, (users.get(object) ?? new Set()).add(user));
  };
  const usesNames = (user: string, text: string | null): void => {
    const { relations: named, functions } = namesIn(text ?? '');
    for (const name of named) if (relations.has(name)) uses(user, name);
    for (const name of functions) for (const { signature } of functionsBy.get(name) ?? []) uses(user, signature);
  };
  for (const { signature, source } of catalog.functions) usesNames(signature, source);
  for (const relation of catalog.relations) {
    usesNames(relation.id, relation.definition);
    for (const column of relation.columns) usesNames(relation.id, column.default);
    for (const parent of relation.inherits) uses(relation.id, parent);
  }
  for (const policy of catalog.policies) usesNames(policy.table, `${policy.using} ${policy.check}`);
  for (const constraint of catalog.constraints) usesNames(constraint.table, constraint.definition);
  for (const trigger of catalog.triggers)
    for (const { signature } of functionsBy.get(trigger.function) ?? []) uses(trigger.table, signature);

  const known = new Map<string, readonly string[]>();
  return (object) => {
    const found = known.get(object) ?? [...reached(object, users)];
    known.set(object, found);
    return found;
  };
}

/** In the order of the number of steps. */
function reached(object: string, users: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const all = new Set([object]);
  // A set gives what is added to it while it is gone through.
  for (const one of all) for (const user of users.get(one) ?? []) all.add(user);
  return all;
}
