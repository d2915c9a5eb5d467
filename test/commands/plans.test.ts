import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { freshNotebook, type Project } from '../support/project.ts';

let project: Project;
let client: pg.Client;

beforeAll(async () => {
  project = await freshNotebook();
  await project.rolecall(['reset', '--erase']);
  client = new pg.Client({ connectionString: project.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await project.remove();
});

test('plans ends with exit code 0, and counts what it planned', async () => {
  const { code, output } = await project.rolecall(['plans', '--format', 'json']);
  expect(JSON.parse(output)).toMatchObject({
    notEvaluated: [],
    queries: expect.stringMatching(/^1, planned \d+ times/),
  });
  expect(code).toBe(0);
});

test('an index that is gone is told with the plan that misses it, and exit code 1', async () => {
  await client.query('drop index public.idx_notes_user_id_created_at');
  const { code, output } = await project.rolecall(['plans']);
  expect(code).toBe(1);
  expect(output).toContain('latest-notes · owner');
  expect(output).toMatch(/expected {2}rows in the order of an index\n {4}seen {6}a sort by notes.created_at DESC/);
  expect(output).toContain('Sort Key: notes.created_at DESC');
});

test('on a small database, measuring says that it evaluates nothing', async () => {
  const { code, output } = await project.rolecall(['plans', '--measure']);
  expect(code).toBe(1);
  expect(output).toContain('Too few rows to represent production');
  expect(output).toContain('nothing deviates, but not everything was evaluated');
});
