import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { holes, NO_ROWS } from '../../../spec/legacy/operations/holes.ts';
import { parametersOf } from '../../../spec/legacy/operations/parameters.ts';
import { send } from '../../../spec/legacy/operations/send.ts';
import type { TestDatabase } from '../../support/databases.ts';
import { clean, legacyDatabase, switchedDatabase } from './support.ts';

// A user with the free plan, two followed channels, and a session.
const given = parametersOf(clean)(0);

let before: TestDatabase;
let after: TestDatabase;
beforeAll(async () => {
  [before, after] = [await legacyDatabase(), await switchedDatabase()];
});
afterAll(async () => {
  await before?.drop();
  await after?.drop();
});

test.each(holes.map((hole) => [hole.name, hole] as const))('%s: open before, closed after', async (_, hole) => {
  // In a schema where everything was reset, an operation finds what the one before it left, as in the other.
  const open = await send(before.client, hole, given, { schema: 'public' });
  expect(open.at(-1)?.rowCount).toBeGreaterThan(0);

  const answer = send(after.client, hole, given, { schema: 'legacy_api' });
  if (hole.closed === NO_ROWS) expect((await answer).at(-1)?.rowCount).toBe(0);
  else await expect(answer).rejects.toMatchObject({ code: hole.closed });
});

test('docs/legacy-api.md lists these holes and no others', async () => {
  const page = await readFile('docs/legacy-api.md', 'utf8');
  const section = /^## What is closed$([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
  const listed = [...section.matchAll(/^\| (\S.*?) +\|/gm)].map((match) => match[1]).slice(2);
  expect(listed).toEqual(holes.map(({ name }) => name));
});
