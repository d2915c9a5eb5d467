import { mkdir, rm } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { readMigrationSettings } from '../migrations/graphile-migrate.ts';
import { ReviewError } from './error.ts';
import { forkOf, openRepository, type Repository, type Revision, revisionNamed } from './git/revisions.ts';
import { type ScratchObjects, scratchObjects, type TreeFile, workingTree } from './git/trees.ts';
import { relevantFiles, sharedFolders } from './state/relevant.ts';

/** A state of the project, as git has it. */
export interface ProjectState {
  /** As people read it, with its commit. */
  readonly title: string;
  /** git's id of the project's folder; undefined where that has no such configuration. */
  readonly tree: string | undefined;
  /** The files that its facts depend on. */
  readonly files: readonly TreeFile[];
  /** Those of its committed migrations. */
  readonly committed: readonly TreeFile[];
  /** The file of current.sql. */
  readonly current: TreeFile | undefined;
}

/** The states of a review. */
export interface ReviewStates {
  readonly base: Revision;
  readonly head: Revision;
  /** The commit from which both went apart; the base itself where it did not go on. */
  readonly before: ProjectState;
  readonly tip: ProjectState;
  readonly after: ProjectState;
  /** The working tree, where it has more than the head. */
  readonly uncommitted: ProjectState | undefined;
  /** Sentences on the states, which a reader has to know. */
  readonly notes: readonly string[];
  readonly repository: Repository;
  readonly objects: ScratchObjects;
  readonly shared: readonly string[];
}

/** The revisions that are compared, and the configuration below the project's folder. */
export interface ReviewQuestion {
  readonly base: string;
  readonly head: string;
  readonly config: string;
}

/**
 * Finds the states to compare. Nothing of the user's checkout or repository is changed.
 * @param scratch a folder that git's objects and an index may be written to
 * @throws ReviewError in one line where a revision does not exist, or the head is no such project
 */
export async function statesOf({ base, head, config }: ReviewQuestion, scratch: string): Promise<ReviewStates> {
  const repository = await openRepository();
  const [from, to] = [await revisionNamed(base, '--base', repository), await revisionNamed(head, '--head', repository)];
  const fork = await forkOf(from, to, repository);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const objects = await scratchObjects(scratch);
  const shared = sharedFolders('.');
  const read = (title: string, tree: string | undefined) => stateOf(title, tree, { config, shared, objects });
  const after = await read(titleOf(to), to.tree);
  if (after.tree === undefined)
    throw new ReviewError(`${titleOf(to)} has no ${config} in this folder: there is nothing to review there.`);
  const before = await read(titleOf(fork ?? from), (fork ?? from).tree);
  const checkedOut = await revisionNamed('HEAD', '--head', repository);
  const working =
    to.commit === checkedOut.commit
      ? await read('the working tree', await workingTree(repository, objects))
      : undefined;
  const differs = working && JSON.stringify(working.files) !== JSON.stringify(after.files);
  return {
    base: from,
    head: to,
    before,
    tip: fork?.commit === from.commit ? before : await read(titleOf(from), from.tree),
    after,
    uncommitted: differs ? working : undefined,
    notes: [
      ...(fork
        ? []
        : [
            `${from.name} and ${to.name} have no common commit in this clone: what ${from.name} has more is told as dropped. A shallow clone needs \`git fetch --unshallow\`.`,
          ]),
      ...(fork && fork.commit !== from.commit
        ? [`${from.name} went on since: compared with ${short(fork.commit)}, from which ${to.name} went apart.`]
        : []),
      ...(before.tree === undefined
        ? [`${before.title} has no ${config}: it predates rolecall here. What follows is of ${to.name} alone.`]
        : []),
    ],
    repository,
    objects,
    shared,
  };
}

async function stateOf(
  title: string,
  tree: string | undefined,
  { config, shared, objects }: { config: string; shared: readonly string[]; objects: ScratchObjects },
): Promise<ProjectState> {
  const files = tree === undefined ? [] : await relevantFiles(tree, shared, objects);
  const isProject = files.some(({ path }) => path === posix.normalize(config));
  const { migrationsFolder } = await readMigrationSettings();
  const folder = posix.normalize(migrationsFolder.replaceAll('\\', '/')).replace(/\/$/, '');
  const committed = files.filter(
    ({ path }) => posix.dirname(path) === `${folder}/committed` && /^\d+.*\.sql$/.test(posix.basename(path)),
  );
  const current = files.find(({ path }) => path === `${folder}/current.sql`);
  return { title, tree: isProject ? tree : undefined, files, committed, current };
}

const titleOf = ({ name, commit }: Revision): string => `${name} (${short(commit)})`;

/** A commit as git shortens it. */
export const short = (commit: string): string => commit.slice(0, 7);

/** The folder of a review that may be thrown away, below the folder of the database. */
export const scratchFolder = (folder: string): string => resolve(folder, 'review', `scratch-${process.pid}`);

/** The migrations that one state has and another has not, current.sql with them. */
export function addedIn(state: ProjectState, before: ProjectState): string[] {
  const known = new Set(before.committed.map(({ path, blob }) => `${blob} ${path}`));
  const committed = state.committed.filter(({ path, blob }) => !known.has(`${blob} ${path}`));
  return [
    ...committed.map(({ path }) => posix.basename(path)),
    ...(state.current && state.current.blob !== before.current?.blob ? ['current.sql'] : []),
  ];
}
