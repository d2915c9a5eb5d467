import { createTwoFilesPatch } from 'diff';
import type { ReviewSection } from '../model.ts';
import { notEvaluatedSection } from './not-evaluated.ts';

const TITLE = 'Plans';

/** The changes of the plans that are checked in: `check` holds these against the planner. */
export function plansSection(before: string | undefined, after: string | undefined): ReviewSection {
  const notEvaluated = ['Read from the pages that are checked in; `npx rolecall plans` plans the queries.'];
  if (before === undefined || after === undefined)
    return notEvaluatedSection(TITLE, '`npx rolecall plans` plans the queries.');
  if (before === after)
    return {
      title: TITLE,
      headline: 'not evaluated; the page that is checked in is the same',
      items: [],
      isUnasked: true,
      notEvaluated,
    };
  const patch = createTwoFilesPatch('before', 'after', before, after, undefined, undefined, { context: 2 });
  const lines = patch.split('\n').slice(4);
  const changed = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return {
    title: TITLE,
    headline: 'the page of plans that is checked in changed',
    items: [
      {
        level: 'look',
        title: `the page of plans: ${changed('+')} lines more, ${changed('-')} lines less`,
        evidence: lines.join('\n'),
      },
    ],
    isUnasked: true,
    notEvaluated,
  };
}
