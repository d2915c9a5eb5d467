import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readMutableCatalog } from '../../../src/mutate/operators/catalog.ts';
import { mutantsOf } from '../../../src/mutate/operators/mutants.ts';
import { type Everything, everything } from '../../catalog/everything.ts';
import { idle, someOfEach } from './support.ts';

let database: Everything;

beforeAll(async () => {
  database = await everything();
});
afterAll(() => database.drop());

test('mutants of objects with names that SQL has to quote run, and change something', async () => {
  const catalog = await readMutableCatalog(database.client, { schemas: ['My.App'] });
  const mutants = mutantsOf(catalog, { roles: [database.role] });
  expect(await idle(database.client, someOfEach(mutants))).toEqual([]);
});
