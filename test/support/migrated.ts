import { afterAll } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { seed } from '../../src/access/seed.ts';
import { readRelations } from '../../src/catalog/relations.ts';
import { connectionStringsFrom, databaseOf } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { asRoot, freshDatabase, serverUrl, type TestDatabase } from './databases.ts';

export interface MigratedDatabase extends TestDatabase {
  /** Puts the world of spec/world.ts in, for good. */
  seed(): Promise<void>;
}

/**
 * A database of its own after all committed migrations, without any rows but those that they make. The first call of a
 * test file migrates; later ones copy what it made.
 */
export async function migratedDatabase(): Promise<MigratedDatabase> {
  template ??= migrate();
  const database = await freshDatabase(await template);
  return { ...database, seed: () => plantWorld(database) };
}

let template: Promise<string> | undefined;

afterAll(async () => {
  const name = await template;
  if (name) await asRoot((root) => root.query(`drop database if exists "${name}" with (force)`));
});

async function migrate(): Promise<string> {
  const { url, client } = await freshDatabase();
  await client.end();
  const urls = connectionStringsFrom({ DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  await runQuietly(['migrate'], urls);
  return databaseOf(url);
}

async function plantWorld({ client }: TestDatabase): Promise<void> {
  const schemas = [...new Set(config.world.map(({ table }) => table.split('.')[0] ?? ''))];
  await client.query('begin');
  const { missing } = await seed(client, await readRelations(client, schemas), config.world);
  await client.query('commit');
  if (missing.length > 0) throw new Error(missing.map(({ table, reason }) => `${table}: ${reason}`).join('\n'));
}
