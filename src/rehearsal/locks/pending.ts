import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withClient } from '../../database/connect.ts';
import type { ConnectionStrings } from '../../database/urls.ts';
import { committedMigration, committedMigrations } from '../../migrations/files.ts';
import { compile, readMigrationSettings } from '../../migrations/graphile-migrate.ts';
import type { CompiledMigration } from '../../migrations/rerun.ts';

/**
 * What graphile-migrate would run on the main database: the hooks that come before the migrations, and the committed
 * migrations that it does not have yet. Nothing when it has all of them.
 */
export async function pendingMigrations(urls: ConnectionStrings): Promise<CompiledMigration[]> {
  const newest = await newestMigration(urls.main);
  const missing = (await committedMigrations()).filter((name) => name > newest);
  if (missing.length === 0) return [];
  const { migrationsFolder, hooks } = await readMigrationSettings();
  const before = hooks.map(async (hook): Promise<CompiledMigration> => {
    const text = await readFile(join(migrationsFolder, hook), 'utf8');
    // Several statements sent at once are one transaction.
    return { name: hook, sql: await compile(text, urls), transaction: true };
  });
  return Promise.all([...before, ...missing.map((name) => committedMigration(name, urls))]);
}

/** graphile-migrate runs what comes after the newest migration that the database has; '' where it has none. */
async function newestMigration(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows: found } = await client.query(
      "select from pg_class where oid = to_regclass('graphile_migrate.migrations')",
    );
    if (found.length === 0) return '';
    const { rows } = await client.query<{ filename: string }>(
      'select filename from graphile_migrate.migrations order by filename desc limit 1',
    );
    return rows[0]?.filename ?? '';
  });
}
