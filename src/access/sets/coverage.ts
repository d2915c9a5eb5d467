import type { Condition, Truth } from './conditions.ts';
import { isConstant } from './conditions.ts';
import type { AskedRow } from './rows.ts';
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
  /** Whether there is any caller for whom the policy is. */
  readonly concerned: boolean;
}

/** What a condition's nodes were for a row of which more is known than its id. */
export interface RowTruth extends Omit<Truth, 'row'> {
  readonly row: AskedRow;
}

/** The nodes of all conditions but those that are constants. */
export function nodeCoverage(
  conditions: readonly Condition[],
  truths: readonly (readonly RowTruth[])[],
): NodeCoverage[] {
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
          concerned: callers.length > 0,
        },
      ];
    }),
  );
}

/**
 * Variants in which several columns change at once, for nodes that no change of one column decides for a caller: an AND all
 * of whose arms were true, but never for the same row, and an OR all of whose arms were false. That a node was decided for
 * another caller says nothing: the owner of a row makes most of them true.
 * @returns for each class of rows, the variants of its row to try
 */
export function compositesOf(
  conditions: readonly Condition[],
  truths: readonly (readonly RowTruth[])[],
): Map<string, Variant[]> {
  const composites = new Map<string, Variant[]>();
  for (const [index, { nodes }] of conditions.entries()) {
    const own = truths[index] ?? [];
    for (const [place, node] of nodes.entries()) {
      if (node.kind !== 'and' && node.kind !== 'or') continue;
      const wanted = node.kind === 'and';
      const arms = node.arms.map((arm) => nodes.indexOf(arm));
      for (const [row, variant] of combine(own, place, arms, wanted)) {
        const known = composites.get(row) ?? [];
        if (!known.some((one) => JSON.stringify(one) === JSON.stringify(variant)))
          composites.set(row, [...known, variant]);
      }
    }
  }
  return composites;
}

/** For each caller and class: the changes that make each arm what is wanted, together, where they don't contradict. */
function* combine(
  truths: readonly RowTruth[],
  node: number,
  arms: readonly number[],
  wanted: boolean,
): Iterable<[string, Variant]> {
  const groups = Map.groupBy(truths, ({ caller, row }) => `${caller}\n${row.row}`);
  for (const own of groups.values()) {
    if (own.some(({ values }) => values[node] === wanted)) continue;
    const name = own[0]?.row.row ?? '';
    let changes: Record<string, string> | undefined = {};
    for (const arm of arms) {
      const candidates = own
        .filter(({ values }) => values[arm] === wanted)
        .map(({ row }) => row.variant?.changes ?? {});
      const fits = candidates.find((candidate) => agrees(candidate, changes ?? {}));
      changes = fits && changes ? { ...changes, ...fits } : undefined;
      if (!changes) break;
    }
    if (changes && Object.keys(changes).length > 1) yield [name, { changes }];
  }
}

const agrees = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.entries(one).every(([column, value]) => other[column] === undefined || other[column] === value);
