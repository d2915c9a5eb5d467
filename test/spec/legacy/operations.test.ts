import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../../rolecall.config.ts';
import { loadLegacy } from '../../../spec/legacy/load.ts';
import type { LegacyOptions } from '../../../spec/legacy/make.ts';
import { operations } from '../../../spec/legacy/operations/index.ts';
import { parametersOf } from '../../../spec/legacy/operations/parameters.ts';
import { send } from '../../../spec/legacy/operations/send.ts';
import { fillLegacy } from '../../../src/proof/build.ts';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';

const options: LegacyOptions = { seed: 1, size: 'small', orphans: 0 };
const parameters = parametersOf(options);

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  const legacy = config.legacy && {
    ...config.legacy,
    load: (client: TestDatabase['client']) => loadLegacy(client, options),
  };
  await fillLegacy(database.client, { ...config, ...(legacy ? { legacy } : {}) });
});
afterAll(() => database?.drop());

test.each(operations.map((operation, turn) => [operation.name, operation, turn] as const))(
  'a legacy database lets the app do it: %s',
  async (_, operation, turn) => {
    const answers = await send(database.client, operation, parameters(turn), { schema: 'public' });
    expect(answers.some(({ rowCount }) => rowCount > 0)).toBe(true);
  },
);

test('an operation has a name of its own', () => {
  const names = operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('turns are about different new rows, and equal turns about equal ones', () => {
  expect(parameters(1)).toEqual(parametersOf(options)(1));
  expect(parameters(1).newVideoKey).not.toBe(parameters(2).newVideoKey);
});
