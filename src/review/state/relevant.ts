import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesOf, type ScratchObjects, type TreeFile } from '../git/trees.ts';

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
