import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readStructure } from '../../../src/catalog/structure.ts';
import { connectionStringsFrom } from '../../../src/database/urls.ts';
import { committedMigration, committedMigrations } from '../../../src/migrations/files.ts';
import { serverUrl } from '../../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../../support/migrated.ts';

const removal = await readFile('migrations/later/remove-legacy-api.sql', 'utf8');

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database?.drop());

/** All that is defined, but what speaks of legacy_api. */
async function others(): Promise<string[]> {
  const lines = await readStructure(database.client);
  return lines
    .map(({ object, definition }) => `${object}: ${definition}`)
    .filter((line) => !/legacy_api|channel_in_full/.test(line));
}

async function withLegacyApi(): Promise<string[]> {
  const lines = await readStructure(database.client);
  return lines.map(({ object }) => object).filter((object) => /legacy_api|channel_in_full/.test(object));
}

test('removing it takes all of it and nothing else, runs twice, and can be undone by the migration that made it', async () => {
  const [before, made] = [await others(), await withLegacyApi()];
  expect(made.length).toBeGreaterThan(100);

  await database.client.query(removal);
  expect(await withLegacyApi()).toEqual([]);
  expect(await others()).toEqual(before);
  await database.client.query(removal);
  expect(await others()).toEqual(before);

  const name = (await committedMigrations()).find((migration) => migration.endsWith('-add-legacy-api.sql')) ?? '';
  const urls = connectionStringsFrom({ DATABASE_URL: database.url, ROOT_DATABASE_URL: serverUrl });
  if (!urls) throw new Error('There is no server under test.');
  await database.client.query((await committedMigration(name, urls)).sql);
  expect(await withLegacyApi()).toEqual(made);
  expect(await others()).toEqual(before);
});

test('what somebody built on it stops the removal, whole', async () => {
  await database.client.query('create view public.built_on_it as select channel_id from legacy_api.channels');
  const made = await withLegacyApi();
  await expect(database.client.query(removal)).rejects.toMatchObject({ code: '2BP01' });
  expect(await withLegacyApi()).toEqual(made);
  await database.client.query('drop view public.built_on_it');
});
