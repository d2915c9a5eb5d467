import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { withClient } from '../database/connect.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { committedMigration, committedMigrations } from '../migrations/files.ts';
import { compile, readMigrationSettings } from '../migrations/graphile-migrate.ts';
import type { CompiledMigration } from '../migrations/rerun.ts';

/** The names of the committed migrations that a database does not have yet, in the order in which they run. */
export async function pendingNames(client: pg.Client): Promise<string[]> {
  const newest = await newestNumber(client);
  return (await committedMigrations()).filter((name) => Number.parseInt(name, 10) > newest);
}

/**
 * The SQL that graphile-migrate would run on the main database: the hooks that come before the migrations, and the
 * committed migrations that it does not have yet. Empty when it has all of them.
 */
export async function pendingMigrations(urls: ConnectionStrings): Promise<CompiledMigration[]> {
  const missing = await withClient(urls.main, pendingNames);
  if (missing.length === 0) return [];
  const { migrationsFolder, hooks } = await readMigrationSettings();
  const before = hooks.map(async (hook): Promise<CompiledMigration> => {
    const text = await readFile(join(migrationsFolder, hook), 'utf8');
    // Several statements sent at once are one transaction.
    return { name: hook, sql: await compile(text, urls), transaction: true };
  });
  return Promise.all([...before, ...missing.map((name) => committedMigration(name, urls))]);
}

/** graphile-migrate runs what comes after the newest migration that the database has; 0 where it has none. */
async function newestNumber(client: pg.Client): Promise<number> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    `select to_regclass('graphile_migrate.migrations') is not null as exists`,
  );
  if (!tables[0]?.exists) return 0;
  const { rows } = await client.query<{ number: number }>(
    `select coalesce(max(substring(filename from '^[0-9]+')::int), 0) as number from graphile_migrate.migrations`,
  );
  return rows[0]?.number ?? 0;
}
