import config from '../../../rolecall.config.ts';
import { loadLegacy } from '../../../spec/legacy/load.ts';
import type { LegacyOptions } from '../../../spec/legacy/make.ts';
import { connectionStringsFrom } from '../../../src/database/urls.ts';
import { runQuietly } from '../../../src/migrations/graphile-migrate.ts';
import { fillLegacy } from '../../../src/proof/build.ts';
import { freshDatabase, serverUrl, type TestDatabase } from '../../support/databases.ts';

/** The realistic small data without what production's lost keys let in, since that is changed by named rules. */
export const clean: LegacyOptions = { seed: 1, size: 'small', orphans: 0 };

/** A database as production is before the migrations. */
export async function legacyDatabase(): Promise<TestDatabase> {
  const database = await freshDatabase();
  const { legacy } = config;
  if (!legacy) throw new Error('rolecall.config.ts says nothing of a legacy database.');
  await fillLegacy(database.client, { ...config, legacy: { ...legacy, load: (client) => loadLegacy(client, clean) } });
  // It finds what is near only by chance: what is to be compared is what it stands for.
  await database.client.query('drop index public.idx_transcript_chunks_embedding');
  return database;
}

/** The same after the migrations. */
export async function switchedDatabase(): Promise<TestDatabase> {
  const database = await legacyDatabase();
  const urls = connectionStringsFrom({ DATABASE_URL: database.url, ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  await runQuietly(['watch', '--once'], urls);
  return database;
}
