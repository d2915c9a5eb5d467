import { expect, test } from '@jest/globals';
import { contest } from '../../bench/measure/contest.ts';

const contestant = (name: string, ms: number, ran: string[]) => async () => {
  ran.push(name);
  return ms;
};

test('contestants take turns, every second turn backwards, and the first turn does not count', async () => {
  const ran: string[] = [];
  const times = await contest([contestant('a', 1, ran), contestant('b', 2, ran)], { runs: 3, budget: 60_000 });
  expect(ran.join('')).toBe('abbaabba');
  expect(times).toEqual([
    { runs: 3, p50: 1, p95: 1 },
    { runs: 3, p50: 2, p95: 2 },
  ]);
});

test('what takes too long runs twice and no more', async () => {
  const ran: string[] = [];
  await contest([contestant('a', 1, ran)], { runs: 100, budget: -1 });
  expect(ran).toHaveLength(3);
});
