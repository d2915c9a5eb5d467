import type { Caller } from './callers.ts';
import type { Truth } from './conditions.ts';
import type { FailedNode } from './truths.ts';

/**
 * For each caller, the place of the one who is asked in their stead. Which rows a statement reaches depends on a role's
 * privileges and on the conditions of policies, and on nothing else of a caller: automatic callers of one role for whom
 * every part of every condition was the same for every row reach the same rows. A persona is always asked in person.
 * @param truths of each condition of the table's policies
 * @param failed the nodes that could not be evaluated: one is like another that failed in the same words
 */
export function standIns(
  callers: readonly Caller[],
  truths: readonly (readonly Truth[])[],
  failed: readonly FailedNode[],
): number[] {
  const seen: string[][] = callers.map(({ role }) => [role]);
  for (const [condition, own] of truths.entries())
    for (const { caller, row, values } of own)
      seen[caller]?.push(
        `${condition} ${row} ${values.map((value) => (value === undefined ? '?' : value ? 't' : 'f')).join('')}`,
      );
  for (const { caller, node, state, message } of failed) seen[caller]?.push(`${node} ${state} ${message}`);
  const first = new Map<string, number>();
  return callers.map(({ kind }, place) => {
    const likeness = (seen[place] ?? []).sort().join('\n');
    const known = first.get(likeness);
    if (known === undefined) first.set(likeness, place);
    return kind === 'persona' ? place : (known ?? place);
  });
}
