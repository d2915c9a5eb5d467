import { expect, test } from '@jest/globals';
import { standIns } from '../../../src/access/sets/alike.ts';
import type { Caller } from '../../../src/access/sets/callers.ts';

const caller = (name: string, role: string, kind: Caller['kind'] = 'automatic'): Caller => ({
  name,
  role,
  kind,
  settings: {},
});
const truth = (place: number, values: boolean[], row = '1 (0,1)') => ({ caller: place, row, values });
const failed = (place: number, message: string) => ({
  caller: place,
  node: 'a condition',
  state: '22P02',
  message,
});

test('an automatic caller for whom every condition was the same is asked through the first of its role', () => {
  const callers = [caller('ann', 'user', 'persona'), caller('like ann', 'user'), caller('other', 'user')];
  const truths = [[truth(0, [true]), truth(1, [true]), truth(2, [false])]];
  expect(standIns(callers, truths, [])).toEqual([0, 0, 2]);
});

test('a persona is asked in person, whoever is like them', () => {
  const callers = [caller('like ann', 'user'), caller('ann', 'user', 'persona'), caller('bob', 'user', 'persona')];
  expect(standIns(callers, [], [])).toEqual([0, 1, 2]);
});

test.each([
  ['another role', [caller('a', 'user'), caller('b', 'anon')], [], []],
  ['another row', [caller('a', 'user'), caller('b', 'user')], [[truth(0, [true]), truth(1, [true], '1 (0,2)')]], []],
  ['another part', [caller('a', 'user'), caller('b', 'user')], [[truth(0, [true, false]), truth(1, [true, true])]], []],
  ['another condition', [caller('a', 'user'), caller('b', 'user')], [[truth(0, [true])], [truth(1, [true])]], []],
  ['an error', [caller('a', 'user'), caller('b', 'user')], [], [failed(1, 'no uuid')]],
  ['another error', [caller('a', 'user'), caller('b', 'user')], [], [failed(0, 'no number'), failed(1, 'no uuid')]],
])('who differs in %s is asked', (_, callers, truths, failures) => {
  expect(standIns(callers, truths, failures)).toEqual([0, 1]);
});
