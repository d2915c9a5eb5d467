import { orsOf, trueAlone } from './alone.ts';
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
 * Variants in which several columns change at once, for nodes that no change of one column decides: an AND all of whose
 * arms were true, but never for the same row, an OR all of whose arms were false, and an OR of which one arm was never
 * true while the others were false.
 * @returns for each class of rows, the variants of its row to try
 */
export function compositesOf(
  conditions: readonly Condition[],
  truths: readonly (readonly RowTruth[])[],
): Map<string, Variant[]> {
  const composites = new Map<string, Variant[]>();
  const alone = trueAlone(conditions, truths);
  for (const [index, condition] of conditions.entries()) {
    const own = truths[index] ?? [];
    for (const wanted of wantedOf(condition, own, alone[index] ?? []))
      for (const [row, variant] of combine(own, wanted)) {
        const known = composites.get(row) ?? [];
        if (!known.some((one) => JSON.stringify(one) === JSON.stringify(variant)))
          composites.set(row, [...known, variant]);
      }
  }
  return composites;
}

/** The values that arms should have for the same row, by their places. */
type WantedArms = ReadonlyMap<number, boolean>;

function wantedOf(
  condition: Condition,
  own: readonly RowTruth[],
  alone: readonly (boolean | undefined)[],
): WantedArms[] {
  const { nodes } = condition;
  const together = nodes.flatMap((node, place): WantedArms[] => {
    if (node.kind !== 'and' && node.kind !== 'or') return [];
    const wanted = node.kind === 'and';
    if (own.some(({ values }) => values[place] === wanted)) return [];
    return [new Map(node.arms.map((arm) => [nodes.indexOf(arm), wanted]))];
  });
  const byItself = orsOf(condition).flatMap((arms) =>
    arms
      .filter((arm) => alone[arm] === false)
      .map((arm): WantedArms => new Map(arms.map((other) => [other, other === arm]))),
  );
  return [...together, ...byItself];
}

/** For each caller and class: the changes that make each arm what is wanted, together, where they don't contradict. */
function* combine(truths: readonly RowTruth[], wanted: WantedArms): Iterable<[string, Variant]> {
  const groups = Map.groupBy(truths, ({ caller, row }) => `${caller}\n${row.row}`);
  for (const own of groups.values()) {
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
