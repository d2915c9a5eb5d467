import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EngineError } from './error.ts';

/**
 * The real path of a data folder, which is made, with those above it, when it is missing; for its owner only.
 * @throws EngineError when it can't be
 */
export function makeFolder(folder: string): string {
  try {
    make(resolve(folder));
    return realpathSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Where no user can create folders, as in /proc, the system says that there is none.
    if (code !== 'ENOENT') throw error;
    const message = `${folder} cannot be made. Make the folder above it, or name another folder.`;
    throw new EngineError('not-writable', message, { cause: error });
  }
}

/** Not Node's own `recursive`: it tries for ever in /proc. */
function make(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder) make(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may just have made it.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
