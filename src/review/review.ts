import type { Config } from '../config/schema.ts';
import { plansPath } from '../plans/snapshot.ts';
import { functionsFile } from '../proof/behaviour.ts';
import { inLayout } from '../report/layout.ts';
import type { Progress } from '../report/progress.ts';
import { collisionsOf } from './collisions.ts';
import { ReviewError } from './error.ts';
import type { StateFacts } from './facts.ts';
import { textIn } from './git/trees.ts';
import type { Review, ReviewItem, ReviewSection } from './model.ts';
import { type ComparedState, sectionsOf } from './sections/all.ts';
import type { RefusalKind } from './settings.ts';
import { readStates, type StateRead } from './state/read.ts';
import { addedIn, type ProjectState, type ReviewQuestion, type ReviewStates, short, statesOf } from './states.ts';

/**
 * Compares two commits of the project in the current folder: both are built, each by its own configuration, spec and
 * migrations, with the rolecall that runs now. What was gathered of a state is kept below the folder of the database.
 * @param scratch a folder for what may be thrown away afterwards
 * @throws ReviewError in one line where a commit does not exist, or the head can't be built
 */
export async function reviewOf(
  config: Config,
  question: ReviewQuestion,
  scratch: string,
  progress: Progress,
): Promise<Review> {
  const started = performance.now();
  const states = await progress.step('Read both commits', () => statesOf(question, scratch));
  const { before, tip, after, uncommitted } = states;
  const frame = {
    base: { name: states.base.name, commit: short(states.base.commit) },
    head: { name: states.head.name, commit: short(states.head.commit) },
    seconds: 0,
  };
  const seconds = (): number => (performance.now() - started) / 1000;
  if (!uncommitted && (await isSame(states, config)))
    return {
      ...frame,
      project: config.name,
      notes: states.notes,
      sections: [],
      uncommitted: undefined,
      seconds: seconds(),
    };
  const [base, head, working] = await readStates(
    [
      { state: before, added: [] },
      { state: after, added: addedIn(after, before) },
      ...(uncommitted ? [{ state: uncommitted, added: addedIn(uncommitted, after) }] : []),
    ],
    { config, question, states, scratch, progress },
  );
  if (!head || 'why' in head) throw new ReviewError(`${after.title} could not be read: ${head?.why}`);
  const was = factsOf(base);
  const is = { ...(await withPages(states, config, after, head.facts)), facts: head.facts };
  // A branch cannot take back by itself what refuses it.
  const { refuse } = was ?? head.facts;
  const collisions = collisionsOf(before.committed, tip.committed, after.committed, states.base.name);
  const now = factsOf(working);
  return {
    ...frame,
    project: head.facts.project,
    notes: [...states.notes, ...notesOn(before, base), ...notesOn(uncommitted, working)],
    sections: finished(await sectionsOf(await withPages(states, config, before, was), is, collisions), refuse, config),
    uncommitted:
      uncommitted && now
        ? finished(
            await sectionsOf(is, { ...(await withPages(states, config, uncommitted, now)), facts: now }, []),
            refuse,
            config,
          )
        : undefined,
    seconds: seconds(),
  };
}

const factsOf = (read: StateRead | undefined): StateFacts | undefined =>
  read && 'facts' in read ? read.facts : undefined;

/** Whether neither the files that facts depend on differ, nor the pages that are compared. */
async function isSame(states: ReviewStates, config: Config): Promise<boolean> {
  const { before, tip, after } = states;
  if (JSON.stringify(before.files) !== JSON.stringify(after.files) || tip !== before) return false;
  const [one, other] = [
    await withPages(states, config, before, undefined),
    await withPages(states, config, after, undefined),
  ];
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Sentences on a state that could not be read, or of which a part is missing. */
function notesOn(state: ProjectState | undefined, read: StateRead | undefined): string[] {
  if (!state || !read || state.tree === undefined) return [];
  if ('why' in read) return [`${state.title} could not be read, and nothing is compared with it: ${read.why}`];
  const { failure } = read.facts;
  return failure ? [`The migrations of ${state.title} stop at ${failure.where}: ${failure.why}`] : [];
}

/** A state with the pages of it that are checked in. */
async function withPages(
  { objects }: ReviewStates,
  config: Config,
  { tree }: ProjectState,
  facts: StateFacts | undefined,
): Promise<ComparedState> {
  const { snapshots } = facts ?? config;
  const page = async (path: string): Promise<string | undefined> =>
    tree === undefined ? undefined : textIn(tree, path, objects);
  return {
    facts,
    functionsPage: await page(functionsFile({ snapshots })),
    plansPage: config.queries ? await page(plansPath({ snapshots })) : undefined,
  };
}

/** The sections as they are shown: a finding that the configuration does not refuse is left to the reader; the texts name the project's own files and commands. */
function finished(
  sections: readonly ReviewSection[],
  refuse: readonly RefusalKind[],
  { layout }: Config,
): ReviewSection[] {
  const refuses = ({ level, refusal }: ReviewItem): boolean =>
    level === 'stop' && refusal !== undefined && refuse.includes(refusal);
  return sections.map((section) => ({
    ...section,
    items: section.items.map((item) => ({
      ...item,
      level: refuses(item) || item.level !== 'stop' ? item.level : 'look',
      title: inLayout(item.title, layout),
      ...(item.fix === undefined ? {} : { fix: inLayout(item.fix, layout) }),
    })),
  }));
}
