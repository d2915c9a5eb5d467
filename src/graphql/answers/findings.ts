import type { Deviation, Findings } from '../../report/deviation.ts';
import { declaredIn } from '../../report/layout.ts';
import type { GraphqlSettings } from '../settings.ts';
import type { AnswerDifference } from './compare-report.ts';
import type { ComparedAnswers } from './prove.ts';

/**
 * The findings about compared answers: of each object and persona the first difference, and how many more there
 * are; and every line of `wider` that no difference needs.
 * @param complete whether every row of the world was there; otherwise it is not known which lines are needed
 */
export function answerFindings(
  { differences, notAltered }: ComparedAnswers,
  { wider = {} }: GraphqlSettings,
  complete: boolean,
): Findings {
  const undeclared = differences.filter(({ object }) => !Object.hasOwn(wider, object));
  const byPersona = Map.groupBy(undeclared, ({ object, persona }) => `${object} ${persona}`);
  const needed = new Set(differences.map(({ object }) => object));
  const idle = complete ? Object.keys(wider).filter((object) => !needed.has(object)) : [];
  return {
    deviations: [...[...byPersona.values()].map(firstOf), ...idle.map(notNeeded)],
    notEvaluated: [...new Map(notAltered.map((one) => [one.object, one])).values()].map(({ object, why }) => ({
      check: 'graphql',
      where: object,
      why: `It runs with its owner's rights, and could not be held against itself with its caller's: ${why}. Connect as its owner.`,
    })),
  };
}

function firstOf([first, ...others]: readonly AnswerDifference[]): Deviation {
  if (!first) throw new Error('A group has at least one difference.');
  const { deviation, object } = first;
  if (others.length === 0) return deviation;
  return { ...deviation, seen: `${deviation.seen}\n(and ${others.length} more answers about ${object} that differ)` };
}

const notNeeded = (object: string): Deviation => ({
  check: 'graphql',
  where: object,
  expected: 'an answer of GraphQL that is wider than SQL’s',
  seen: 'none',
  fix: `Take its line out of ${declaredIn('graphql')} (wider).`,
});
