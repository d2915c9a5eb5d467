import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { checkCatalog } from '../../src/checks/run.ts';
import { mistakesIn } from '../../src/config/mistakes.ts';
import type { TestDatabase } from '../support/databases.ts';
import { startingDatabase } from './support/catalog.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startingDatabase();
  await database.client.query(
    `create schema older;
     create view older.tasks as select * from public.tasks;
     comment on view older.tasks is 'As old clients know them.'`,
  );
});

afterAll(() => database.drop());

const found = async (offered: readonly string[]): Promise<string[]> => {
  const ruled = { schemas: ['public', 'private', 'older'], private: 'private', exempt: [], offered };
  const { deviations } = await checkCatalog(database.client, ['public'], ruled);
  return deviations.map(({ where }) => where);
};

test('what holds for the schemas of the API holds for those that clients reach besides', async () => {
  expect(await found([])).toEqual([]);
  expect(await found(['older'])).toEqual(['older.tasks · invoker-in-api']);
});

test('a configuration that offers a schema which is not ruled is refused', () => {
  const mistakes = mistakesIn({ ...config, ruled: { ...config.ruled, offered: ['elsewhere'] } });
  expect(mistakes).toContainEqual('ruled.offered: must be among `ruled.schemas`');
});
