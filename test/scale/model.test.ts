import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { modelOf } from '../../bench/scale/model.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database.drop());

test('without chunks there is nothing to measure', async () => {
  await expect(modelOf(database.url)).rejects.toThrow('There are no chunks to measure.');
});

test('what a step needs comes from the bytes of a row: twice the bytes, half the chunks', async () => {
  await database.seed();
  const { measured, steps } = await modelOf(database.url);
  const [bigger] = steps;
  expect((bigger?.chunks ?? 0) * measured.hotPerChunk).toBeCloseTo(8 * 0.6 * 1024 ** 3, 0);
  expect((bigger?.queries ?? 0) * measured.coreMilliseconds).toBeCloseTo(2 * 0.5 * 1000, 6);
});

test('a large machine answers as many more queries as it has cores', async () => {
  const { steps } = await modelOf(database.url);
  const [bigger, replicas] = steps;
  expect(steps.map(({ step }) => step)).toEqual(['a bigger machine', 'read replicas', 'partitions', 'Citus']);
  expect((replicas?.queries ?? 0) / (bigger?.queries ?? 0)).toBeCloseTo(64 / 2, 6);
});
