import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RoleSchema, snapshotFile, snapshotRole } from './snapshots.ts';

/**
 * Reads the snapshots in a folder, by role. A folder that does not exist holds none.
 * Line ends are those of the checkout; they are read as `\n`, so that a Windows checkout is not a difference.
 */
export async function readSnapshots(folder: string): Promise<Map<string, string>> {
  const snapshots = new Map<string, string>();
  for (const file of await filesIn(folder)) {
    const role = snapshotRole(file);
    if (role === undefined) continue;
    snapshots.set(role, (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n'));
  }
  return snapshots;
}

/**
 * Writes one snapshot a role and removes the orphaned ones, so that the folder then holds exactly these.
 * @returns the names of the files that were written or removed; what was already so is not touched
 */
export async function writeSnapshots(folder: string, built: readonly RoleSchema[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const present = await readSnapshots(folder);
  const touched: string[] = [];
  for (const { role, sdl } of built) {
    if (present.get(role) !== sdl) {
      await writeFile(join(folder, snapshotFile(role)), sdl);
      touched.push(snapshotFile(role));
    }
    present.delete(role);
  }
  for (const role of present.keys()) {
    await rm(join(folder, snapshotFile(role)));
    touched.push(snapshotFile(role));
  }
  return touched.sort();
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
