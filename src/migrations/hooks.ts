import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { readMigrationSettings } from './graphile-migrate.ts';

/**
 * Runs the SQL hooks that graphile-migrate runs before the first migration (`beforeAllMigrations` in .gmrc), and then
 * these files: an empty database has afterwards what a hosted server gives it.
 * @param files below the migrations folder
 * @throws the server's error
 */
export async function runHooks(client: pg.Client, files: readonly string[] = []): Promise<void> {
  const { migrationsFolder, hooks } = await readMigrationSettings();
  for (const file of [...hooks, ...files]) await client.query(await readFile(join(migrationsFolder, file), 'utf8'));
}
