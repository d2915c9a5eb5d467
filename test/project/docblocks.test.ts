import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const files = ['src', ...readdirSync('packages').map((name) => join('packages', name, 'src'))].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

/** The first words of each docblock, on one line or several. */
function beginnings(text: string): string[] {
  return [...text.matchAll(/\/\*\*[\s*]*(\S[^\n]*)/g)].map(([, words = '']) => words);
}

test('a docblock begins with its subject, not with "What"', () => {
  const found = files.flatMap((file) => beginnings(readFileSync(file, 'utf8')).map((words) => ({ file, words })));
  expect(found.length).toBeGreaterThan(500);
  expect(found.filter(({ words }) => /^What\b/.test(words)).map(({ file, words }) => `${file}: ${words}`)).toEqual([]);
});
