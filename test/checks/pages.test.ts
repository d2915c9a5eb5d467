import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import type { TestDatabase } from '../support/databases.ts';
import { foundAfter, sqlOf, startingDatabase } from './support/catalog.ts';

const ids = CHECKS.map(({ id }) => id);
let database: TestDatabase;

beforeAll(async () => {
  database = await startingDatabase();
});

afterAll(() => database.drop());

/** The names of the files in a folder that end so, without the ending. */
async function namesIn(folder: string, ending: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(file.lastIndexOf('/') + 1, -ending.length));
}

test('code, pages and test cases are of the same checks', async () => {
  const rooms = (await readdir('src/checks', { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const code = (await Promise.all(rooms.map(({ name }) => namesIn(`src/checks/${name}`, '.ts')))).flat();
  const pages = (await namesIn('docs/checks', '.md')).filter((name) => name !== 'README');
  const listed = [...(await readFile('docs/checks/README.md', 'utf8')).matchAll(/\[([a-z-]+)\]\(\1\.md\)/g)].map(
    ([, id]) => id,
  );
  const cases = await namesIn('test/checks/cases', '.sql');
  expect({
    code: code.sort(),
    pages: pages.sort(),
    listed: listed.sort(),
    cases: cases.sort(),
  }).toEqual({ code: [...ids].sort(), pages: [...ids].sort(), listed: [...ids].sort(), cases: [...ids].sort() });
});

test('nothing is found in what the pages start from', async () => {
  expect(await foundAfter(database, ['select 1'])).toEqual([[]]);
});

test.each(ids)('the page of %s: after “Caught” this check alone has findings, after “Fixed” none has', async (id) => {
  const steps = [await sqlOf(id, 'Caught'), await sqlOf(id, 'Fixed')].map((sql) => sql ?? '');
  // A second key between two tables is a finding for clients that embed the one in the other: on its own page they do.
  const checks = CHECKS.filter((check) => check.id !== 'embedding-resolves' || check.id === id);
  const [caught, fixed] = await foundAfter(database, steps, checks);
  expect(new Set(caught?.map((found) => found.split(': ')[0]))).toEqual(new Set([id]));
  expect(fixed).toEqual([]);
});
