import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { committedMigrations } from '../migrations/files.ts';
import { readMigrationSettings } from '../migrations/graphile-migrate.ts';
import { readForExport } from './committed.ts';
import { headerOf, nextTime, TIME, timesOf } from './times.ts';

/**
 * Writes the time into the header of the newest committed migration: now, or one second after the one before. One that it
 * had from an earlier commit is replaced, since it may be older than what was committed meanwhile. The hash stays.
 */
export async function stampNewest(now: number): Promise<void> {
  const { migrationsFolder } = await readMigrationSettings();
  const newest = (await committedMigrations()).at(-1);
  if (newest === undefined) return;
  const last = timesOf((await readForExport()).slice(0, -1)).at(-1);
  const path = join(migrationsFolder, 'committed', newest);
  const [header = '', ...rest] = (await readFile(path, 'utf8')).split('\n\n');
  const lines = header.split('\n').filter((line) => !line.startsWith(`--! ${TIME}:`));
  const stamped = [...lines, `--! ${TIME}: ${headerOf(nextTime(now, last))}`].join('\n');
  // graphile-migrate makes committed files read-only.
  const { mode } = await stat(path);
  await chmod(path, 0o640);
  await writeFile(path, [stamped, ...rest].join('\n\n'));
  await chmod(path, mode);
}
