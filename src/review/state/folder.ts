import { realpathSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from '../git/trees.ts';
import type { ProjectState, ReviewStates } from '../states.ts';

/** A project of a state, in a folder of its own, until `remove`. */
export interface StateFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Writes the files of a state into a folder, with the shared folders of the project linked into it. */
export async function stateFolder(
  { tree, files }: Pick<ProjectState, 'tree' | 'files'>,
  path: string,
  { shared, repository, objects }: Pick<ReviewStates, 'shared' | 'repository' | 'objects'>,
): Promise<StateFolder> {
  await rm(path, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
  if (tree !== undefined) await extract(tree, files, path, repository, objects);
  for (const name of shared) {
    await rm(join(path, name), { recursive: true, force: true });
    await symlink(realpathSync(name), join(path, name), 'junction');
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
