import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { currentPath } from './files.ts';
import { readMigrationSettings } from './graphile-migrate.ts';

/**
 * Remembers the migration files as they are now, and gives a function that restores them. graphile-migrate would restore
 * current.sql without its header and with its includes written out, and an interrupted commit leaves the committed file behind.
 */
export async function rememberMigrations(): Promise<() => Promise<void>> {
  const { migrationsFolder } = await readMigrationSettings();
  const folder = join(migrationsFolder, 'committed');
  const path = await currentPath();
  const current = await readFile(path);
  const committed = new Set(await readdir(folder));
  return async () => {
    if (!(await readFile(path)).equals(current)) await writeFile(path, current);
    const added = (await readdir(folder)).filter((name) => !committed.has(name));
    await Promise.all(added.map((name) => rm(join(folder, name), { force: true })));
  };
}
