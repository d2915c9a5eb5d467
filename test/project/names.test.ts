import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';

test('rolecall knows none of the database’s tables by name', async () => {
  const tables = [...new Set(Object.keys(config.access).map((table) => table.split('.')[1] ?? ''))];
  // "plans", "videos" and the like are words of English too: only names of two words or more can give it away.
  const telling = tables.filter((name) => name.includes('_'));
  const files = (await readdir('src', { recursive: true })).filter(
    (path) => path.endsWith('.ts') && join('src', path) !== join(config.types),
  );
  const texts = await Promise.all(
    files.map(async (path) => ({ path, text: await readFile(join('src', path), 'utf8') })),
  );
  const knowing = texts.filter(({ text }) => telling.some((name) => new RegExp(`\\b${name}\\b`).test(text)));
  expect(telling.length).toBeGreaterThan(5);
  expect(knowing.map(({ path }) => path)).toEqual([]);
});

test('the README’s picture names every room of src/ and every folder of the project', async () => {
  const readme = await readFile('README.md', 'utf8');
  const picture = readme.slice(readme.indexOf('## What is where'), readme.indexOf('## Checks'));
  const rooms = (await readdir('src', { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`);
  const folders = (await readdir('.', { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !/^\.|node_modules|bin|coverage/.test(entry.name))
    .map(({ name }) => `${name}/`);
  expect([...rooms, ...folders].filter((name) => !picture.includes(name))).toEqual([]);
});
