import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { checkCatalog } from '../../src/checks/run.ts';
import type { Exemption } from '../../src/checks/settings.ts';
import { mistakesIn } from '../../src/config/mistakes.ts';
import type { TestDatabase } from '../support/databases.ts';
import { startingDatabase } from './support/catalog.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startingDatabase();
  await database.client.query('comment on table public.tasks is null');
});

afterAll(() => database.drop());

const exemption = { check: 'table-comment', object: 'public.tasks', reason: 'a test says so' };

const findings = (exempt: readonly Exemption[], schemas = ['public', 'private']) =>
  checkCatalog(database.client, ['public'], { schemas, private: 'private', exempt });

test('a finding names its object, its check and its page', async () => {
  expect(await findings([])).toMatchObject({
    deviations: [
      {
        check: 'catalog',
        where: 'public.tasks · table-comment',
        seen: 'no comment',
        fix: expect.stringContaining('docs/checks/table-comment.md'),
      },
    ],
    notEvaluated: [],
  });
});

test('what is exempt is not found', async () => {
  expect(await findings([exemption])).toEqual({ deviations: [], notEvaluated: [] });
});

test.each([
  ['object', { ...exemption, object: 'public.lists' }],
  ['check', { ...exemption, check: 'snake-case' }],
])('an exemption of another %s lets nothing pass, and is found itself', async (_, idle) => {
  const { deviations } = await findings([idle]);
  expect(deviations.map(({ where, seen }) => [where, seen])).toEqual([
    ['public.tasks · table-comment', 'no comment'],
    [`${idle.object} · ${idle.check}`, 'nothing'],
  ]);
});

test('a schema that is not there has not been looked at', async () => {
  const { notEvaluated } = await findings([exemption], ['public', 'private', 'absent']);
  expect(notEvaluated).toEqual([expect.objectContaining({ check: 'catalog', where: 'schema absent' })]);
});

test('a configuration that exempts from a check which does not exist, or without a reason, is refused', () => {
  const exempt = [{ ...exemption, check: 'tabel-comment', reason: '' }];
  const mistakes = mistakesIn({ ...config, ruled: { schemas: ['private'], private: 'private', exempt } });
  expect(mistakes).toContainEqual(expect.stringMatching(/^ruled\.exempt\.0\.check: .*"table-comment"/));
  expect(mistakes).toContainEqual(expect.stringMatching(/^ruled\.exempt\.0\.reason: /));
});

test('a configuration whose private schema is not ruled is refused', () => {
  const mistakes = mistakesIn({ ...config, ruled: { schemas: ['public'], private: 'private', exempt: [] } });
  expect(mistakes).toContainEqual('ruled.private: must be among `ruled.schemas`');
});
