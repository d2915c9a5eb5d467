import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** The tests that a page names: a link to a file, and a title in it. */
function testsIn(page: string): { readonly file: string; readonly title: string }[] {
  return [...page.matchAll(/\]\(\.\.\/(test\/[^)]+)\) `([^`]+)`/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));
}

const page = readFileSync(join('docs', 'threat-model.md'), 'utf8');
const named = testsIn(page);

test('every attack of the threat model has a test: each row of a table ends with a file and a title', () => {
  const rows = page.split('\n').filter((line) => /^\| (?!attack|mistake|-)/.test(line));
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => testsIn(row).length === 0)).toEqual([]);
});

test.each(named)('the threat model names a test that exists: $file, $title', ({ file, title }) => {
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain(title);
});
