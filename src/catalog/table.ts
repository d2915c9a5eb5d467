import type { Catalog } from './catalog.ts';
import type { CheckConstraint, ForeignKey, Key } from './constraints.ts';
import type { Index } from './indexes.ts';
import type { Policy } from './policies.ts';
import { isTable, type Relation } from './relations.ts';
import type { Trigger } from './triggers.ts';

/** A table, partitioned or not, with everything that is defined on it. */
export interface Table extends Relation {
  readonly keys: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly CheckConstraint[];
  readonly indexes: readonly Index[];
  readonly policies: readonly Policy[];
  /** Those that people made. */
  readonly triggers: readonly Trigger[];
}

/** The tables of a catalog in its order. Partitions are none: their parent stands for them. */
export function tablesOf({ relations, constraints, indexes, policies, triggers }: Catalog): Table[] {
  const constraintsBy = Map.groupBy(constraints, ({ table }) => table);
  const indexesBy = Map.groupBy(indexes, ({ table }) => table);
  const policiesBy = Map.groupBy(policies, ({ table }) => table);
  const triggersBy = Map.groupBy(triggers, ({ table }) => table);
  return relations.filter(isTable).map((relation) => {
    const own = constraintsBy.get(relation.id) ?? [];
    return {
      ...relation,
      keys: own.filter((one) => one.kind !== 'foreign key' && one.kind !== 'check'),
      foreignKeys: own.filter((one) => one.kind === 'foreign key'),
      checks: own.filter((one) => one.kind === 'check'),
      indexes: indexesBy.get(relation.id) ?? [],
      policies: policiesBy.get(relation.id) ?? [],
      triggers: (triggersBy.get(relation.id) ?? []).filter(({ internal }) => !internal),
    };
  });
}
