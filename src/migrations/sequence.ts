import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { DatabaseError } from '../database/error.ts';
import { committedMigrations } from './files.ts';
import { readMigrationSettings } from './graphile-migrate.ts';

/**
 * A migration that has run is known by its number, and graphile-migrate does not look at it again: one that was committed
 * again with other contents would count as done.
 * @throws DatabaseError when the database ran something else under the number of a committed migration
 */
export async function mustHaveRunTheseMigrations(client: pg.Client): Promise<void> {
  const ran = await migrationsThatRan(client);
  const { migrationsFolder } = await readMigrationSettings();
  for (const file of await committedMigrations()) {
    const hash = ran.get(file.replace(/^(\d+).*/, '$1.sql'));
    if (hash === undefined) continue;
    const text = await readFile(join(migrationsFolder, 'committed', file), 'utf8');
    if (/^--! Hash: (\S+)/m.exec(text)?.[1] === hash) continue;
    throw new DatabaseError(
      `${client.database} ran another version of ${file} than the one that is committed. Recreate a development database with \`rolecall reset\` (its data is lost); for a database in production, restore the file that it ran.`,
    );
  }
}

/** Number → hash, as graphile-migrate recorded them. */
async function migrationsThatRan(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await client.query("select to_regclass('graphile_migrate.migrations') as found");
  if (!tables[0]?.found) return new Map();
  const { rows } = await client.query<{ filename: string; hash: string }>(
    'select filename, hash from graphile_migrate.migrations',
  );
  return new Map(rows.map(({ filename, hash }) => [filename.replace(/^(\d+).*/, '$1.sql'), hash]));
}
