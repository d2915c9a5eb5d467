import { plantWorld } from '../access/seed.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { untilStopped } from '../database/running.ts';
import { dropDatabase, recreateDatabase } from '../database/server.ts';
import { type ConnectionStrings, databaseOf, withDatabase } from '../database/urls.ts';
import { committedBefore } from '../migrations/files.ts';
import { runHooks } from '../migrations/hooks.ts';
import { type CompiledMigration, runMigration } from '../migrations/rerun.ts';
import { mayTouchRows } from '../migrations/rows/may-touch.ts';
import { declaredWithoutNeed, measureRows, type RowsMeasured } from '../migrations/rows/measure.ts';
import { fillLegacy } from './build.ts';

/**
 * Measures what a migration does to rows, in a database of its own that is dropped afterwards: legacy rows, the
 * migrations that are committed before it, and the rows of the world. A migration that only defines things is not run.
 */
export async function proveRows(
  urls: ConnectionStrings,
  config: Config,
  migration: CompiledMigration,
): Promise<RowsMeasured> {
  if (!(await mayTouchRows(migration.sql))) return declaredWithoutNeed(migration);
  const earlier = await committedBefore(migration.name, urls);
  const scratch = withDatabase(urls.shadow, `${databaseOf(urls.shadow)}_rows`);
  await recreateDatabase(urls.root, scratch);
  const drop = untilStopped(() => dropDatabase(urls.root, scratch));
  try {
    return await withClient(scratch, async (client) => {
      await (config.legacy ? fillLegacy(client, config) : runHooks(client));
      for (const each of earlier) await runMigration(client, each);
      await client.query('begin');
      await plantWorld(client, config.world);
      await client.query('commit');
      return measureRows(client, migration);
    });
  } finally {
    await drop();
  }
}
