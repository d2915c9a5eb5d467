import type { SchemaCatalog } from './catalog.ts';
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
  /** Triggers that were created by hand, not internally by the server. */
  readonly triggers: readonly Trigger[];
}

/** The tables of a catalog in its order. Partitions are not among them: their parent represents them. */
export function tablesOf(catalog: SchemaCatalog): Table[] {
  const definitions = definitionsIn(catalog);
  return catalog.relations.filter(isTable).map(definitions);
}

/** One relation of a catalog, a partition too, with everything that is defined on it. */
export function tableOf(catalog: SchemaCatalog, relation: Relation): Table {
  return definitionsIn(catalog)(relation);
}

function definitionsIn({ constraints, indexes, policies, triggers }: SchemaCatalog): (relation: Relation) => Table {
  const constraintsBy = Map.groupBy(constraints, ({ tableSql }) => tableSql);
  const indexesBy = Map.groupBy(indexes, ({ tableSql }) => tableSql);
  const policiesBy = Map.groupBy(policies, ({ tableSql }) => tableSql);
  const triggersBy = Map.groupBy(triggers, ({ tableSql }) => tableSql);
  return (relation) => {
    const own = constraintsBy.get(relation.sql) ?? [];
    return {
      ...relation,
      keys: own.filter((one) => one.kind !== 'foreign key' && one.kind !== 'check'),
      foreignKeys: own.filter((one) => one.kind === 'foreign key'),
      checks: own.filter((one) => one.kind === 'check'),
      indexes: indexesBy.get(relation.sql) ?? [],
      policies: policiesBy.get(relation.sql) ?? [],
      triggers: (triggersBy.get(relation.sql) ?? []).filter(({ internal }) => !internal),
    };
  };
}
