import { expect, test } from '@jest/globals';
import { refuses } from '../../src/proof/gate.ts';
import type { Deviation, NotEvaluated } from '../../src/report/deviation.ts';

const unevaluated = (check: Deviation['check']): NotEvaluated => ({ check, where: 'here', why: 'no superuser' });

test('plans that need a superuser do not refuse a migration; anything else that was not evaluated does', () => {
  expect(refuses({ deviations: [], notEvaluated: [unevaluated('plans')] })).toBe(false);
  expect(refuses({ deviations: [], notEvaluated: [unevaluated('plans'), unevaluated('access')] })).toBe(true);
});

test('a deviation of the plans refuses it', () => {
  const deviation: Deviation = {
    check: 'plans',
    where: 'list-messages',
    expected: 'an index',
    seen: 'none',
    fix: 'Create it.',
  };
  expect(refuses({ deviations: [deviation], notEvaluated: [] })).toBe(true);
});
