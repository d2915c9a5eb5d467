import { ReviewError } from '../error.ts';
import { git, gitOrNothing } from './git.ts';

/** Where the project is in its repository. */
export interface Repository {
  /** The root of the working tree. */
  readonly root: string;
  /** The folder of the project below it, with a slash at its end; empty for the root itself. */
  readonly prefix: string;
}

/** A commit that somebody named. */
export interface Revision {
  /** As it was named; the branch where that was HEAD. */
  readonly name: string;
  readonly commit: string;
  /** git's id of the project's folder in it; undefined where it has none. */
  readonly tree: string | undefined;
}

/** The repository that the current folder is in. @throws ReviewError where it is in none */
export async function openRepository(): Promise<Repository> {
  const root = await gitOrNothing(['rev-parse', '--show-toplevel']);
  if (root === undefined)
    throw new ReviewError('This folder is in no git repository. A review compares two commits: run it in a clone.');
  return { root, prefix: await git(['rev-parse', '--show-prefix']) };
}

/**
 * Finds the commit that a name stands for.
 * @param flag that named it
 * @throws ReviewError in one line where there is none
 */
export async function revisionNamed(name: string, flag: string, { prefix }: Repository): Promise<Revision> {
  const commit = await gitOrNothing(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (commit === undefined) {
    const remote = /^(origin)\/(.+)$/.exec(name);
    throw new ReviewError(
      `There is no commit ${JSON.stringify(name)} in this clone (${flag}). ${remote ? `Fetch it: \`git fetch ${remote[1]} ${remote[2]}\`.` : '`git branch --all` lists the branches; a shallow clone needs `git fetch --unshallow`.'}`,
    );
  }
  const branch = name === 'HEAD' ? await gitOrNothing(['symbolic-ref', '--short', '--quiet', 'HEAD']) : undefined;
  return { name: branch ?? name, commit, tree: await treeOf(commit, prefix) };
}

/** The commit from which both went apart: against it, a base that went on meanwhile is no change of the head. */
export async function forkOf(base: Revision, head: Revision, { prefix }: Repository): Promise<Revision | undefined> {
  const commit = await gitOrNothing(['merge-base', base.commit, head.commit]);
  if (commit === undefined) return undefined;
  return commit === base.commit ? base : { name: base.name, commit, tree: await treeOf(commit, prefix) };
}

const treeOf = (commit: string, prefix: string): Promise<string | undefined> =>
  gitOrNothing(['rev-parse', '--verify', '--quiet', `${commit}:${prefix.replace(/\/$/, '')}`]);
