import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { readMigrationSettings } from './graphile-migrate.ts';

/**
 * Gives an empty database what a hosted server has: runs the hooks that .gmrc names to run before the first migration, and
 * then these files below the migrations folder.
 */
export async function runHooks(client: pg.Client, files: readonly string[] = []): Promise<void> {
  const { migrationsFolder, hooks } = await readMigrationSettings();
  for (const file of [...hooks, ...files]) await client.query(await readFile(join(migrationsFolder, file), 'utf8'));
}
