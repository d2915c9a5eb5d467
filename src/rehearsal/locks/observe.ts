import { withClient } from '../../database/connect.ts';
import { untilStopped } from '../../database/running.ts';
import { recreateDatabase } from '../../database/server.ts';
import { type ConnectionStrings, databaseOf } from '../../database/urls.ts';
import type { CompiledMigration } from '../../migrations/rerun.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Workload } from '../settings.ts';
import type { LocksObservation } from './observation.ts';
import type { Pace } from './recording.ts';
import { observeAlone } from './run-alone.ts';
import { splitMigration } from './split-migration.ts';
import { observeUnderLoad } from './under-load.ts';

/**
 * Runs migrations twice on copies of the main database, to which no session may be connected meanwhile: once alone, with the
 * effects of each statement, and once while the app runs. The copies take the place of the shadow database, one at a
 * time, and are dropped; the main database is only read.
 * @throws DatabaseError or pg.DatabaseError when the server refuses a copy; MigrationError when a migration is not SQL
 */
export async function observeMigrations(
  urls: ConnectionStrings,
  migrations: readonly CompiledMigration[],
  workload: Workload,
  tell: (text: string) => void,
  pace?: Pace,
): Promise<LocksObservation> {
  const split = await Promise.all(migrations.map(splitMigration));
  const drop = untilStopped(() =>
    withClient(urls.root, async (root) => {
      await root.query(`drop database if exists ${quoteIdentifier(databaseOf(urls.shadow))} with (force)`);
    }),
  );
  try {
    await recreateDatabase(urls.root, urls.shadow, urls.main);
    const alone = await observeAlone(urls.shadow, split, tell);
    if (alone.failure) return { alone, underLoad: undefined };
    await recreateDatabase(urls.root, urls.shadow, urls.main);
    return { alone, underLoad: await observeUnderLoad(urls.shadow, split, alone, workload, tell, pace) };
  } finally {
    await drop();
  }
}
