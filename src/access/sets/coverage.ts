import { trueAlone } from './alone.ts';
import { type Condition, isConstant, type RowTruth } from './conditions.ts';
import type { Variant } from './variants.ts';

/** Whether a node of a policy's condition was seen true and false, each for some row and caller. */
export interface NodeCoverage {
  readonly table: string;
  readonly policy: string;
  readonly clause: Condition['clause'];
  /** The node as SQL. */
  readonly node: string;
  readonly wasTrue: boolean;
  readonly wasFalse: boolean;
  /** Whether it was true where nothing beside it opened the row, if anything stands beside it. */
  readonly wasAlone: boolean | undefined;
  /** Whether there is any caller for whom the policy is. */
  readonly concerned: boolean;
}

/** Whether enough was seen of a node to know what it does. */
export const isDecided = ({ wasTrue, wasFalse, wasAlone }: NodeCoverage): boolean =>
  wasTrue && wasFalse && wasAlone !== false;

/** The nodes of all conditions but those that are constants. */
export function nodeCoverage(
  conditions: readonly Condition[],
  truths: readonly (readonly RowTruth[])[],
): NodeCoverage[] {
  const alone = trueAlone(conditions, truths);
  return conditions.flatMap(({ policy, clause, nodes, callers }, index) =>
    nodes.flatMap((node, place) => {
      if (isConstant(node)) return [];
      const values = new Set((truths[index] ?? []).map(({ values: own }) => own[place]));
      return [
        {
          table: policy.table,
          policy: policy.name,
          clause,
          node: node.text,
          wasTrue: values.has(true),
          wasFalse: values.has(false),
          wasAlone: alone[index]?.[place],
          concerned: callers.length > 0,
        },
      ];
    }),
  );
}

/**
 * Variants in which several columns change at once, for nodes that no change of one column decides for a caller: an AND all
 * of whose arms were true, but never for the same row, an OR all of whose arms were false, and an OR of which one arm was never
 * true while the others were false. That a node was decided for another caller says nothing: the owner of a row makes
 * most of them true.
 * @returns for each class of rows, the variants of its row to try
 */
export function compositesOf(
  conditions: readonly Condition[],
  truths: readonly (readonly RowTruth[])[],
): Map<string, Variant[]> {
  const composites = new Map<string, Variant[]>();
  for (const [index, condition] of conditions.entries())
    for (const wanted of wantedOf(condition))
      for (const [row, variant] of combine(truths[index] ?? [], wanted)) {
        const known = composites.get(row) ?? [];
        if (!known.some((one) => JSON.stringify(one) === JSON.stringify(variant)))
          composites.set(row, [...known, variant]);
      }
  return composites;
}

/** The values that arms should have for the same row, by their places. */
type WantedArms = ReadonlyMap<number, boolean>;

function wantedOf({ nodes }: Condition): WantedArms[] {
  return nodes.flatMap((node): WantedArms[] => {
    if (node.kind !== 'and' && node.kind !== 'or') return [];
    const arms = node.arms.map((arm) => nodes.indexOf(arm));
    const alone = node.kind === 'or' ? arms.map((arm) => new Map(arms.map((other) => [other, other === arm]))) : [];
    return [new Map(arms.map((arm) => [arm, node.kind === 'and'])), ...alone];
  });
}

/** For each caller and class: the changes that make each arm what is wanted, together, where they don't contradict. */
function* combine(truths: readonly RowTruth[], wanted: WantedArms): Iterable<[string, Variant]> {
  const groups = Map.groupBy(truths, ({ caller, row }) => `${caller}\n${row.row}`);
  for (const own of groups.values()) {
    if (own.some(({ values }) => [...wanted].every(([arm, value]) => values[arm] === value))) continue;
    const name = own[0]?.row.row ?? '';
    let changes: Record<string, string> | undefined = {};
    for (const [arm, value] of wanted) {
      const candidates = own.filter(({ values }) => values[arm] === value).map(({ row }) => row.variant?.changes ?? {});
      const fits = candidates.find((candidate) => agrees(candidate, changes ?? {}));
      changes = fits && changes ? { ...changes, ...fits } : undefined;
      if (!changes) break;
    }
    if (changes && Object.keys(changes).length > 1) yield [name, { changes }];
  }
}

const agrees = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.entries(one).every(([column, value]) => other[column] === undefined || other[column] === value);
