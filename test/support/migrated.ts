import { once } from 'node:events';
import config from '../../rolecall.config.ts';
import { seed } from '../../src/access/seed.ts';
import { readRelations } from '../../src/catalog/relations.ts';
import { connectionStringsFrom, withDatabase } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { asRoot, freshDatabase, migratedTemplate, serverUrl, type TestDatabase } from './databases.ts';
import { mustKeepInvariants } from './invariants.ts';

export interface MigratedDatabase extends TestDatabase {
  /** Checks that its rows keep every invariant, and drops it. */
  drop(): Promise<void>;
  /** Drops it unchecked: the test changed the schema, or wrote rows around the triggers and keys, that the invariants are about. */
  dropChanged(): Promise<void>;
  /** Puts the world of spec/world.ts in, for good. */
  seed(): Promise<void>;
}

/**
 * A database of its own after all committed migrations, without any rows but those that they make. The first call of
 * the whole run migrates; all others copy what it made.
 */
export async function migratedDatabase(): Promise<MigratedDatabase> {
  const database = await freshDatabase(await template());
  return {
    ...database,
    seed: () => plantWorld(database),
    drop: () => mustKeepInvariants(database.url).finally(database.drop),
    dropChanged: database.drop,
  };
}

/**
 * The database that is copied. Test files run in processes of their own: the one that can create the database of this
 * name first migrates it, gives it its final name, and notifies the others, which listen.
 */
async function template(): Promise<string> {
  const [name, building] = [migratedTemplate, `${migratedTemplate}_building`];
  await asRoot(async (root) => {
    // Before it is looked for: what comes after this is not missed.
    await root.query(`listen "${name}"`);
    for (;;) {
      const over = once(root, 'notification');
      const { rowCount } = await root.query('select from pg_database where datname = $1', [name]);
      if (rowCount === 1) return;
      const first = await root.query(`create database "${building}"`).then(() => true, taken);
      if (!first) await over;
      else await migrate(building, name).finally(() => root.query(`notify "${name}"`));
    }
  });
  return name;
}

/** 42P04, or 23505 when it is at it this very moment: another process makes it. */
function taken(error: { code?: string }): false {
  if (error.code === '42P04' || error.code === '23505') return false;
  throw error;
}

async function migrate(building: string, name: string): Promise<void> {
  const urls = connectionStringsFrom({ DATABASE_URL: withDatabase(serverUrl, building), ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  try {
    await runQuietly(['migrate'], urls);
    await asRoot((root) => root.query(`alter database "${building}" rename to "${name}"`));
  } catch (error) {
    await asRoot((root) => root.query(`drop database if exists "${building}" with (force)`));
    // Another process may have been done between our looking for the name and our beginning.
    if ((error as { code?: string }).code !== '42P04') throw error;
  }
}

async function plantWorld({ client }: TestDatabase): Promise<void> {
  const schemas = [...new Set(config.world.map(({ table }) => table.split('.')[0] ?? ''))];
  await client.query('begin');
  const { missing } = await seed(client, await readRelations(client, { schemas }), config.world);
  await client.query('commit');
  if (missing.length > 0) throw new Error(missing.map(({ table, reason }) => `${table}: ${reason}`).join('\n'));
}
