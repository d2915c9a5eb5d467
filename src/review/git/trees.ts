import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { git, gitOrNothing } from './git.ts';
import type { Repository } from './revisions.ts';

/** A file of a tree. */
export interface TreeFile {
  readonly path: string;
  /** git's id of its contents. */
  readonly blob: string;
}

/** Gives access to objects that only a review needs, in a folder of its own: the repository stays as it is. */
export interface ScratchObjects {
  /** Variables for git. */
  readonly env: Readonly<Record<string, string>>;
}

/** Prepares a folder for an index and objects that are not the user's. */
export async function scratchObjects(folder: string): Promise<ScratchObjects> {
  const objects = resolve(await git(['rev-parse', '--git-path', 'objects']));
  const own = join(folder, 'objects');
  await mkdir(own, { recursive: true });
  return {
    env: {
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_OBJECT_DIRECTORY: own,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
    },
  };
}

/**
 * The project's folder of the working tree as git would commit it now: with changed and new files, and without those that
 * are ignored.
 * @returns git's id of it
 */
export async function workingTree({ root, prefix }: Repository, { env }: ScratchObjects): Promise<string> {
  const index = resolve(await git(['rev-parse', '--git-path', 'index']));
  // With the user's index, files that did not change are not read again.
  await copyFile(index, env.GIT_INDEX_FILE ?? '').catch(() => {});
  await git(['add', '--all', '--', prefix || '.'], { env, cwd: root });
  const tree = await git(['write-tree'], { env, cwd: root });
  return git(['rev-parse', '--verify', `${tree}:${prefix.replace(/\/$/, '')}`], { env });
}

/** The files of a tree, in the order of their paths. */
export async function filesOf(tree: string, { env }: ScratchObjects): Promise<TreeFile[]> {
  const listed = await git(['ls-tree', '-r', '-z', '--full-tree', tree], { env });
  return listed.split('\0').flatMap((line) => {
    const [, blob, path] = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return blob === undefined || path === undefined ? [] : [{ path, blob }];
  });
}

/** Writes files of a tree into a folder, as a checkout would; the user's own checkout and index stay as they are. */
export async function extract(
  tree: string,
  files: readonly TreeFile[],
  folder: string,
  { root }: Repository,
  { env }: ScratchObjects,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const own = { ...env, GIT_INDEX_FILE: `${folder}.index` };
  await git(['read-tree', tree], { env: own, cwd: root });
  await git(['checkout-index', '-z', '--stdin', '--quiet', `--prefix=${folder}/`], {
    env: own,
    cwd: root,
    input: files.map(({ path }) => `${path}\0`).join(''),
  });
  await rm(`${folder}.index`, { force: true });
}

/** The text of one file of a tree; undefined where there is none. */
export const textIn = (tree: string, path: string, { env }: ScratchObjects): Promise<string | undefined> =>
  gitOrNothing(['cat-file', 'blob', `${tree}:${path}`], { env });
