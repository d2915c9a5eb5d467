import { existsSync, realpathSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Repository } from '../git/revisions.ts';
import { extract, filesOf, type ScratchObjects, type TreeFile } from '../git/trees.ts';

/** The folder that has rolecall's own src/ and bin/. */
const TOOL = resolve(import.meta.dirname, '../../..');

/** Folders that may be rolecall's own. */
const OWN = ['src', 'packages', 'bin'];

/** The folders of the project in which the rolecall is that runs now, and the installed packages: both states are built with these. */
export function sharedFolders(project: string): string[] {
  const isTools = (name: string): boolean => {
    const [here, there] = [join(project, name), join(TOOL, name)];
    return existsSync(here) && existsSync(there) && realpathSync(here) === realpathSync(there);
  };
  return [...OWN.filter(isTools), ...(existsSync(join(project, 'node_modules')) ? ['node_modules'] : [])];
}

/** The files of a tree on which the facts of its database may depend: all but the shared folders and pages for people. */
export async function relevantFiles(
  tree: string,
  shared: readonly string[],
  objects: ScratchObjects,
): Promise<TreeFile[]> {
  const files = await filesOf(tree, objects);
  return files.filter(({ path }) => !path.endsWith('.md') && !shared.includes(path.split('/', 1)[0] ?? ''));
}

/** A project of a state, in a folder of its own, until `remove`. */
export interface StateFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Writes the files of a state into a folder, with the shared folders of the project linked into it. */
export async function stateFolder(
  state: { readonly tree: string; readonly files: readonly TreeFile[] },
  path: string,
  shared: readonly string[],
  repository: Repository,
  objects: ScratchObjects,
): Promise<StateFolder> {
  await rm(path, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
  await extract(state.tree, state.files, path, repository, objects);
  for (const name of shared) {
    await rm(join(path, name), { recursive: true, force: true });
    await symlink(realpathSync(name), join(path, name), 'junction');
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
