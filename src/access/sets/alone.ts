import type { Policy } from '../../catalog/policies.ts';
import type { Condition, RowTruth } from './conditions.ts';

/**
 * The nodes that open rows beside others: the arms of an OR, and the conditions of a table's permissive policies, which
 * PostgreSQL joins by OR. What such a node opens by itself is only seen where it is true and the others are false: a
 * condition that was true for nobody but a row's owner says nothing of whom it lets in. This is the independent effect of
 * a condition in MC/DC (modified condition/decision coverage, RTCA DO-178C), for OR.
 * @returns for each condition and node, whether it was ever true alone; undefined where nothing stands beside it
 */
export function trueAlone(
  conditions: readonly Condition[],
  truths: readonly (readonly RowTruth[])[],
): (boolean | undefined)[][] {
  return conditions.map((condition, index) => {
    const own = truths[index] ?? [];
    const alone: (boolean | undefined)[] = condition.nodes.map(() => undefined);
    for (const arms of orsOf(condition))
      for (const arm of arms)
        alone[arm] = own.some(({ values }) => values[arm] && arms.every((other) => other === arm || !values[other]));
    const beside = conditions.flatMap((other, place) => (isBeside(condition, other) ? [truths[place] ?? []] : []));
    if (beside.length > 0) alone[0] = isAlone(own, beside);
    return alone;
  });
}

/** The places of the arms of each OR. */
function orsOf({ nodes }: Condition): number[][] {
  return nodes.flatMap((node) => (node.kind === 'or' ? [node.arms.map((arm) => nodes.indexOf(arm))] : []));
}

/** Whether a permissive policy opens rows beside another, for the same command and some of the same callers. */
function isBeside(one: Condition, other: Condition): boolean {
  return (
    one !== other &&
    one.clause === other.clause &&
    one.policy.permissive &&
    other.policy.permissive &&
    sharesCommand(one.policy, other.policy) &&
    one.callers.some((caller) => other.callers.includes(caller))
  );
}

const sharesCommand = ({ command }: Policy, other: Policy): boolean =>
  command === other.command || command === 'all' || other.command === 'all';

function isAlone(own: readonly RowTruth[], beside: readonly (readonly RowTruth[])[]): boolean {
  const open = new Set(
    beside.flatMap((truths) =>
      truths.filter(({ values }) => values[0]).map(({ caller, row }) => `${caller} ${row.id}`),
    ),
  );
  return own.some(({ caller, row, values }) => values[0] && !open.has(`${caller} ${row.id}`));
}
