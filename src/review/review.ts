import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { openServer, type Server } from '../database/server.ts';
import { connectionStringsFrom, withDatabase } from '../database/urls.ts';
import { plansPath } from '../plans/snapshot.ts';
import { functionsFile } from '../proof/behaviour.ts';
import type { Progress } from '../report/progress.ts';
import { collisionsOf } from './collisions.ts';
import { ReviewError } from './error.ts';
import type { StateFacts } from './facts.ts';
import { textIn } from './git/trees.ts';
import type { Review, ReviewSection } from './model.ts';
import { type ComparedState, sectionsOf } from './sections/all.ts';
import type { Refusal } from './settings.ts';
import { cachedFacts, keepFacts, keyOf } from './state/cache.ts';
import { gatherIn } from './state/child.ts';
import { stateFolder } from './state/folder.ts';
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
  const gather = gatherer(config, question, states, scratch, progress);
  const [base, head, working] = await gather.all([
    { state: before, added: [] },
    { state: after, added: addedIn(after, before) },
    ...(uncommitted ? [{ state: uncommitted, added: addedIn(uncommitted, after) }] : []),
  ]);
  if (!head || 'why' in head) throw new ReviewError(`${after.title} could not be read: ${head?.why}`);
  const was = base && 'facts' in base ? base.facts : undefined;
  const compare = async (
    one: [ProjectState, StateFacts | undefined],
    other: [ProjectState, StateFacts],
    collisions: Parameters<typeof sectionsOf>[2],
  ): Promise<ReviewSection[]> => {
    const [from, to] = [await withPages(states, config, ...one), await withPages(states, config, ...other)];
    const sections = await sectionsOf(from, { ...to, facts: other[1] }, collisions);
    // A branch cannot take back by itself what refuses it.
    return sections.map((section) => withRefusals(section, (was ?? head.facts).refuse));
  };
  return {
    project: head.facts.project,
    base: { name: states.base.name, commit: short(states.base.commit) },
    head: { name: states.head.name, commit: short(states.head.commit) },
    notes: [
      ...states.notes,
      ...(base && 'why' in base && before.tree !== undefined
        ? [`${before.title} could not be read, so that what follows is of ${after.title} alone: ${base.why}`]
        : []),
      ...(was?.failure ? [`The migrations of ${before.title} stop at ${was.failure.where}: ${was.failure.why}`] : []),
      ...(working && 'why' in working ? [`The uncommitted changes could not be read: ${working.why}`] : []),
    ],
    sections: await compare(
      [before, was],
      [after, head.facts],
      collisionsOf(before.committed, tip.committed, after.committed, states.base.name),
    ),
    uncommitted:
      uncommitted && working && 'facts' in working
        ? await compare([after, head.facts], [uncommitted, working.facts], [])
        : undefined,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The facts of a state, or why there are none. */
type StateRead = { readonly facts: StateFacts } | { readonly why: string };

interface StateToRead {
  readonly state: ProjectState;
  /** The migrations that are measured. */
  readonly added: readonly string[];
}

/** Reads the facts of states, at the same time; a server is only opened where one of them is not known yet. */
function gatherer(
  config: Config,
  question: ReviewQuestion,
  { repository, objects, shared }: ReviewStates,
  scratch: string,
  progress: Progress,
) {
  const cache = join(config.database.folder, 'review', 'states');
  return {
    async all(wanted: readonly StateToRead[]): Promise<StateRead[]> {
      const version = await serverVersion();
      const keyed = wanted.map((one) => ({ ...one, key: keyOf(one.state.files, one.added, question.config, version) }));
      const known = await Promise.all(keyed.map(({ key }) => cachedFacts(cache, key)));
      let server: Promise<Server> | undefined;
      const read = async (one: StateToRead & { readonly key: string }): Promise<StateRead> => {
        const { state, added, key } = one;
        if (state.tree === undefined) return { why: 'it has no configuration' };
        server ??= openServer(config.database, process.env);
        const { urls } = await server;
        const main = withDatabase(urls.root, `${config.database.name}_review_${key.slice(0, 8)}`);
        const folder = await stateFolder(
          { tree: state.tree, files: state.files },
          join(scratch, key),
          shared,
          repository,
          objects,
        );
        try {
          const facts = await gatherIn(
            folder.path,
            question.config,
            { added },
            {
              main,
              shadow: `${main}_shadow`,
              root: urls.root,
            },
          );
          await keepFacts(cache, key, facts);
          return { facts };
        } catch (error) {
          if (!(error instanceof ReviewError)) throw error;
          return { why: error.message };
        } finally {
          await folder.remove();
        }
      };
      try {
        return await Promise.all(
          keyed.map((one, index) => {
            const facts = known[index];
            return facts ? { facts } : progress.step(`Build and ask ${one.state.title}`, () => read(one));
          }),
        );
      } finally {
        await (await server)?.stop();
      }
    },
  };
}

/** The version of the server that the environment names; the embedded engine comes with the project. */
async function serverVersion(): Promise<string> {
  const named = connectionStringsFrom(process.env);
  if (!named) return 'embedded';
  const { rows } = await withClient(named.root, (client) =>
    client.query<{ version: string }>('select version() as version'),
  );
  return rows[0]?.version ?? '';
}

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
    plansPage: config.queries ? await page(plansPath({ ...config, snapshots })) : undefined,
  };
}

/** What the configuration does not refuse is left to the reader. */
const withRefusals = (section: ReviewSection, refuse: readonly Refusal[]): ReviewSection => ({
  ...section,
  items: section.items.map((item) =>
    item.level === 'stop' && !(item.refusal && refuse.includes(item.refusal)) ? { ...item, level: 'look' } : item,
  ),
});
