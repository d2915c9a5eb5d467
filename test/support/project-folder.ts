import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the small project is. */
export const NOTEBOOK = 'test/support/notebook';

const TOOL = ['.gmrc', 'package.json', 'biome.json', 'biome.rooms.jsonc', 'bin'];
/** The database, and what is declared about it. */
const DATABASE = ['migrations', 'spec', 'snapshots', 'rolecall.config.ts', 'types', 'supabase'];
const LINKED = ['node_modules', 'test'];

/** A copy of this project in a folder of its own; src too, so that a test may change the tool itself. */
export async function projectFolder(): Promise<string> {
  const folder = await folderOf('.');
  await cp('src', join(folder, 'src'), { recursive: true });
  return folder;
}

/** The same of the small project, with the tool as it is. */
export async function notebookFolder(): Promise<string> {
  const folder = await folderOf(NOTEBOOK);
  await cp('migrations/hooks', join(folder, 'migrations/hooks'), { recursive: true });
  await symlink(resolve('src'), join(folder, 'src'));
  return folder;
}

/** @param from the folder with the database's files */
async function folderOf(from: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-project-'));
  const copies = [
    ...TOOL.map((path) => [path, path] as const),
    ...DATABASE.map((path) => [join(from, path), path] as const),
  ];
  for (const [path, to] of copies) await cp(path, join(folder, to), { recursive: true, verbatimSymlinks: true });
  for (const path of LINKED) await symlink(resolve(path), join(folder, path));
  return folder;
}
