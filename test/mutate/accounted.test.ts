import { describe, expect, test } from '@jest/globals';
import { account } from '../../src/mutate/accounted.ts';
import type { MutantsSettings } from '../../src/mutate/settings.ts';
import { mutant, result } from './support.ts';

const alive = mutant({ sql: 'alive' });
const dead = mutant({ sql: 'dead' });
const untried = mutant({ sql: 'untried' });
const judged = [
  { mutant: alive, result: result({ id: 'alive', outcome: 'survived' }) },
  { mutant: dead, result: result({ id: 'dead', outcome: 'killed' }) },
];
const TITLE = 'a mutant that lives is a deviation of nobody when a test of the repository notices it';
const here = (title: string): string => `test/mutate/accounted.test.ts: ${title}`;
const accountFor = (settings: MutantsSettings) => account(judged, [alive, dead, untried], settings);

test('a mutant that lives and of which nothing is declared is open', async () => {
  expect(await accountFor({})).toMatchObject({ open: [{ mutant: alive }], deviations: [] });
});

test('an equivalent one is accounted for, by a pattern and with its reason', async () => {
  expect(await accountFor({ equivalent: { 'al*': 'It changes nothing.' } })).toMatchObject({
    open: [],
    equivalent: [{ mutant: alive, because: 'It changes nothing.' }],
    deviations: [],
  });
});

test(TITLE, async () => {
  expect(await accountFor({ killedBy: { alive: here(TITLE) } })).toMatchObject({
    open: [],
    killedBy: [{ mutant: alive }],
    deviations: [],
  });
});

describe('an entry deviates', () => {
  test.each([
    ['when all that it names are noticed', { equivalent: { dead: 'It changes nothing.' } }, 'none lives'],
    ['when it names no mutant', { equivalent: { gone: 'It changes nothing.' } }, 'there is no such mutant'],
    ['when the probes notice what a test should', { killedBy: { dead: here(TITLE) } }, 'none lives'],
    [
      'when there is no such test',
      { killedBy: { alive: here(['no', 'such', 'title'].join(' ')) } },
      'no test of that title',
    ],
    ['when there is no such file', { killedBy: { alive: 'test/none.test.ts: title' } }, 'there is no file'],
  ])('%s', async (_, settings, seen) => {
    const { deviations } = await accountFor(settings);
    expect(deviations).toEqual([expect.objectContaining({ check: 'mutants', seen: expect.stringContaining(seen) })]);
  });

  test('but not when what it names was not tried', async () => {
    expect((await accountFor({ equivalent: { untried: 'It changes nothing.' } })).deviations).toEqual([]);
  });
});
