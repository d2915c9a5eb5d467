import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { WORST } from '../../bench/limits/calls.ts';

test('docs/performance/limits.md has the figures of each call that npm run bench:limits makes, and of no other', async () => {
  const page = await readFile('docs/performance/limits.md', 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+)` +\| (\w+) +\| (.*?) +\|/gm)].map(([, name, as, words]) => [
    name,
    as,
    words,
  ]);
  expect(rows).toEqual(WORST.map((call) => [call.function, call.as, call.with]));
});
