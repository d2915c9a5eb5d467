import config from '../../rolecall.config.ts';
import { loadLegacy } from '../../spec/legacy/load.ts';
import { withClient } from '../../src/database/connect.ts';
import { connectionStringsFrom } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { fillLegacy } from '../../src/proof/build.ts';
import { freshDatabase, serverUrl, type TestDatabase } from './databases.ts';
import { mustKeepInvariants } from './invariants.ts';

/** A database to copy: the legacy schema with realistic rows and those of `sql`. Nobody may be connected to it then. */
export async function legacyTemplate(sql: string): Promise<{ name: string; drop(): Promise<void> }> {
  const database = await freshDatabase();
  if (!config.legacy) throw new Error('There is no legacy schema.');
  const load = (client: Parameters<typeof loadLegacy>[0]) => loadLegacy(client, { seed: 1, size: 'small', orphans: 1 });
  await fillLegacy(database.client, { ...config, legacy: { ...config.legacy, load } });
  await database.client.query(sql);
  await database.client.end();
  return {
    name: new URL(database.url).pathname.slice(1),
    drop: () =>
      withClient(serverUrl, async (root) => {
        await root.query(`drop database if exists "${new URL(database.url).pathname.slice(1)}" with (force)`);
      }),
  };
}

/** Runs all committed migrations, as graphile-migrate does, and then every invariant. @throws MigrationError with what it said */
export async function migrate({ url }: TestDatabase): Promise<void> {
  const urls = connectionStringsFrom({ DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  await runQuietly(['migrate'], urls);
  await mustKeepInvariants(url);
}
