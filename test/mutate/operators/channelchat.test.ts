import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../../rolecall.config.ts';
import type { Mutant } from '../../../src/mutate/mutant.ts';
import { readMutableCatalog } from '../../../src/mutate/operators/catalog.ts';
import { mutantsOf } from '../../../src/mutate/operators/mutants.ts';
import { type MigratedDatabase, migratedDatabase } from '../../support/migrated.ts';
import { idle } from './support.ts';

let database: MigratedDatabase;
let mutants: readonly Mutant[];

beforeAll(async () => {
  database = await migratedDatabase();
  const catalog = await readMutableCatalog(database.client, { schemas: config.proven });
  mutants = mutantsOf(catalog, { roles: config.roles });
});
afterAll(() => database.drop());

test('the population is above 7,000, without two of one id', () => {
  expect(mutants.length).toBeGreaterThan(7000);
  expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
});

test('some of them run, and change something', async () => {
  await database.seed();
  const sample = mutants.filter((_, index) => index % 250 === 0);
  expect(await idle(database.client, sample)).toEqual([]);
});

test.each([
  ['private.publish_channel(uuid, text)', 'body-condition-true', 'from private.channel_takedowns takedown where true'],
  ['public.consume_public_chat_quota(text, uuid, integer)', 'body-comparison', '>'],
  ['private.retrain_search_index(integer)', 'body-constant', 'had * 3'],
  ['public.usage_daily column videos_indexed', 'default-constant', '1'],
  ['public.user_roles trigger audit_role_changed', 'trigger-when-condition-true', 'WHEN ((true))'],
  ['public.admin_users(text, integer, timestamp with time zone, uuid)', 'function-search-path-removed', 'reset'],
  ['private.settle_saved_answer()', 'function-volatility', 'immutable'],
  ['public.consume_message_quota(uuid)', 'function-leakproof', 'leakproof'],
])('%s has the mutant %s: %s', (object, operator, text) => {
  const found = mutants.filter((mutant) => mutant.object === object && mutant.operator === operator);
  expect(found.map(({ sql }) => sql)).toContainEqual(expect.stringContaining(text));
});

test('every operator is on the page about them', async () => {
  const page = await readFile('docs/mutants.md', 'utf8');
  const families = /^(?:body|view|policy-using|policy-check|check|trigger-when|index-where|default)-(?:condition-)?/;
  const told = (operator: string): boolean =>
    [operator, operator.replace(families, ''), operator.replace(families, 'condition-')].some((name) =>
      page.includes(`\`${name}\``),
    ) || page.includes(`\`${operator.split('-privilege-')[0]}-\``);
  const operators = new Set(mutants.map(({ operator }) => operator));
  expect([...operators].filter((operator) => !told(operator))).toEqual([]);
});
