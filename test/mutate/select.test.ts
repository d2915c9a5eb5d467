import { expect, test } from '@jest/globals';
import { matches, select } from '../../src/mutate/select.ts';
import { mutant } from './support.ts';

const population = Array.from({ length: 100 }, (_, index) =>
  mutant({
    sql: `change ${index}`,
    operator: index % 2 ? 'odd-one' : 'even-one',
    object: `app.t${index}`,
    concerns: [`app.t${index}`, 'app.all'],
  }),
);
const ids = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id);

test('a sample is the same for the same seed, and another for another', () => {
  const sample = (seed: number): string[] => ids(select(population, { sample: 10, seed }));
  expect(sample(1)).toHaveLength(10);
  expect(sample(1)).toEqual(sample(1));
  expect(sample(2)).not.toEqual(sample(1));
});

test('a sample keeps most of its mutants when the population changes', () => {
  const before = ids(select(population, { sample: 50, seed: 1 }));
  const after = new Set(ids(select(population.slice(1), { sample: 50, seed: 1 })));
  expect(before.filter((id) => after.has(id)).length).toBeGreaterThanOrEqual(49);
});

test('changed ones are all taken, with a sample of the rest', () => {
  const changed = ({ object }: { object: string }): boolean => object === 'app.t3' || object === 'app.t4';
  expect(ids(select(population, { changed, seed: 1 }))).toEqual(['change 3', 'change 4']);
  const withRest = ids(select(population, { changed, sample: 5, seed: 1 }));
  expect(withRest).toHaveLength(7);
  expect(withRest).toEqual(expect.arrayContaining(['change 3', 'change 4']));
});

test('operators and objects are picked by patterns, objects also by what they concern', () => {
  expect(select(population, { operator: 'odd-*', seed: 1 })).toHaveLength(50);
  expect(ids(select(population, { object: 'app.t7', seed: 1 }))).toEqual(['change 7']);
  expect(select(population, { object: '*all', seed: 1 })).toHaveLength(100);
});

test.each([
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['*', '', true],
  ['a*c', 'abbc', true],
  ['a*a', 'a', false],
  ['a*b*c', 'a-c-b-c', true],
  ['a*b*c', 'a-c', false],
  ['*b*', 'abc', true],
  ['a.*', 'ab', false],
])('%s names %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});
