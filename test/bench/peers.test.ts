import { expect, test } from '@jest/globals';
import { textOf } from '../../bench/peers/text.ts';

const outcomes = (tests: Readonly<Record<string, 'passed' | 'failed'>>) => new Map(Object.entries(tests));

test('counts what passed on both servers, and names what passes on the server alone', () => {
  const text = textOf([
    {
      suite: 'a driver',
      embedded: outcomes({ connects: 'passed', locks: 'failed', cancels: 'failed' }),
      server: outcomes({ connects: 'passed', locks: 'passed', cancels: 'failed', replicates: 'passed' }),
    },
    { suite: 'a queue', embedded: outcomes({ works: 'passed' }) },
    { suite: 'a tool', notRun: 'git clone ended with 128' },
  ]);
  expect(text.split('\n').slice(2)).toEqual([
    '| a driver |          1 of 3 |        3 of 4 |',
    '| a queue  |          1 of 1 | not evaluated |',
    '| a tool   |   not evaluated | not evaluated |',
    '',
    'Failed here, and passed on the server:',
    '',
    '- a driver: locks',
    '- a driver: replicates',
    '',
    'a tool could not be run: git clone ended with 128',
    '',
  ]);
});
