import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { committedMigrations } from '../migrations/files.ts';
import { readMigrationSettings } from '../migrations/graphile-migrate.ts';
import { readForExport } from './committed.ts';
import { headerOf, isTime, nextTime, TIME, timesOf } from './times.ts';

/**
 * Writes the time into the header of the newest committed migration: now, or one second after the one before. A time that it
 * has from before it was uncommitted stays, so that its exported file keeps its name, unless the one before was committed
 * meanwhile. The hash stays in any case.
 */
export async function stampNewest(now: number): Promise<void> {
  const { migrationsFolder } = await readMigrationSettings();
  const newest = (await committedMigrations()).at(-1);
  if (newest === undefined) return;
  const migrations = await readForExport();
  const last = timesOf(migrations.slice(0, -1)).at(-1);
  const own = migrations.at(-1)?.time;
  if (own !== undefined && isTime(own) && (last === undefined || Date.parse(own) > last)) return;
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
