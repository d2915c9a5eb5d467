import type { WayBackFiles } from '../migrations/way-back.ts';
import type { Findings } from '../report/deviation.ts';
import type { RehearsalResult } from './result.ts';

/** A way back that is closed, that the copy could not go, or that loses an object without a word is a deviation. */
export function wayBackFindings(went: RehearsalResult['wayBack'], files: WayBackFiles | undefined): Findings {
  if (!went) return { deviations: [], notEvaluated: [] };
  const { failure, unlike, warnings } = went.trial;
  const said = [...went.notes.map(({ subject }) => subject), ...warnings];
  const deviations = [
    ...went.notes.filter(({ closes }) => closes).map(({ subject, note }) => closed(subject, note)),
    ...(failure === null ? [] : [closed(files?.script ?? '', failure)]),
    ...unlike
      .filter((object) => !said.some((text) => text.includes(object)))
      .map((object) => ({ ...closed(object, 'gone, or defined otherwise, and nothing says so'), expected: AS_BEFORE })),
  ];
  return { deviations, notEvaluated: [] };
}

const AS_BEFORE = 'after going back as before the migrations, or named among what is not';

const closed = (where: string, seen: string): Findings['deviations'][number] => ({
  check: 'migrations',
  where,
  expected: 'a way back to the database of before the migrations',
  seen,
  fix: 'Change what is named before the move, and rehearse again.',
});

/** One line: whether the copy went back, and how much was then as before. */
export function wayBackLine(went: RehearsalResult['wayBack']): string {
  if (!went) return 'not looked at: the configuration names no `legacy.wayBack`';
  const { failure, objects, unlike } = went.trial;
  if (failure !== null) return `CLOSED: ${failure}`;
  const lost = unlike.length === 0 ? '' : `; not as before: ${unlike.join(', ')}`;
  return `open: the copy went back, and ${objects - unlike.length} of ${objects} objects were as before${lost}`;
}

/** The objects that going back does not bring back as they were, and why. */
export function wayBackNotes(went: RehearsalResult['wayBack']): readonly string[] {
  if (!went) return [];
  return [...went.notes.map(({ subject, note }) => `${subject}: ${note}`), ...went.trial.warnings];
}
