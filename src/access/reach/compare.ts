import type { Deviation, Findings } from '../../report/deviation.ts';
import { declaredIn } from '../../report/layout.ts';
import { isKnown, type Known, unneeded } from './known.ts';
import type { Reached } from './reached.ts';

/** Holds what client roles reach outside of what is proved against what is known. A line that nothing needs deviates. */
export function compareReach(reached: readonly Reached[], known: Known): Findings {
  return {
    deviations: [...unknownIn(reached, known), ...unneeded(known, reached).map(needless)],
    notEvaluated: [],
  };
}

/** Findings for what client roles reach outside of what is proved, and no line of what is known names. */
export const unknownIn = (reached: readonly Reached[], known: Known): Deviation[] =>
  reached.filter((one) => !isKnown(one, known)).map(notKnown);

function notKnown({ where, expected, seen, evidence, fix }: Reached): Deviation {
  return { check: 'access', where, expected, seen, ...(evidence === undefined ? {} : { evidence }), fix };
}

function needless(line: string): Deviation {
  return {
    check: 'access',
    where: line,
    expected: `something that a client role reaches: it is in ${declaredIn('known')}`,
    seen: 'nothing that a client role reaches',
    fix: `Take it out of ${declaredIn('known')}, or correct its name.`,
  };
}
