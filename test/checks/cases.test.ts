import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import type { TestDatabase } from '../support/databases.ts';
import { foundAfter, startingDatabase } from './support/catalog.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startingDatabase();
});

afterAll(() => database.drop());

/** Each case of test/checks/cases: a line that says what is expected of it, and SQL. */
const cases = readdirSync('test/checks/cases').flatMap((file) => {
  const [before, ...parts] = readFileSync(`test/checks/cases/${file}`, 'utf8').split(/^-- (?=caught: |holds: )/m);
  if (before?.trim()) throw new Error(`${file} has SQL before its first case: ${before}`);
  return parts.map((part) => {
    const [, verdict, title = ''] = /^(caught|holds): (.*)$/m.exec(part) ?? [];
    return { id: file.replace('.sql', ''), verdict, title, sql: part.slice(part.indexOf('\n')) };
  });
});

test.each(cases)('$id $verdict: $title', async ({ id, verdict, sql }) => {
  const [found] = await foundAfter(
    database,
    [sql],
    CHECKS.filter((check) => check.id === id),
  );
  expect(found?.length ? 'caught' : 'holds').toBe(verdict);
});
