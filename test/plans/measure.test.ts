import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Config } from '../../src/config/define.ts';
import { type Measured, measurePlans } from '../../src/plans/measure.ts';
import { MINE, OF_A_LIST, type Tasks, tasksDatabase } from './tasks.ts';

let tasks: Tasks;

beforeAll(async () => {
  tasks = await tasksDatabase();
  await tasks.client.query(`
    insert into app.lists select i, i % 500 from generate_series(5, 5000) i;
    insert into app.tasks select i, 1 + i % 5000, i % 500, now() - i * interval '1 minute' from generate_series(41, 20000) i;
    analyze app.lists, app.tasks`);
});
afterAll(() => tasks.drop());

async function measure(queries: Record<string, string>, rows = 20_000): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-queries-'));
  for (const [name, text] of Object.entries(queries)) await writeFile(join(folder, `${name}.sql`), text);
  const config = {
    personas: { somebody: { role: tasks.role, settings: { 'app.me': '1' } } },
    world: [],
  } as unknown as Config;
  const sizes = { 'app.lists': { rows: 5_000 }, 'app.tasks': { rows } };
  try {
    return await measurePlans(tasks.url, config, { folder, sizes, planner: 18, schemas: ['app'], exempt: [] });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('pages are counted, also of the same without row security, and held to the limit', async () => {
  const { measurements, findings } = await measure({ mine: MINE });
  expect(findings).toEqual({ deviations: [], notEvaluated: [] });
  const [generic] = measurements;
  expect(generic).toMatchObject({ name: 'mine', set: 'typical', mode: 'generic', rows: 20, limit: 20 });
  expect(generic?.pages).toBeGreaterThan(1);
  expect(generic?.bypassed).toBe(generic?.pages);
  expect(measurements.at(-1)).toMatchObject({ name: 'app.tasks_list_id_fkey', set: 'cascade', rows: 13 });
});

test('a query that touches more pages than it may deviates, and so does one that reads all', async () => {
  const every =
    '-- All.\n-- persona: somebody\n-- pages: 3\nselect count(*) from app.tasks where done_at is not null;\n';
  const { findings } = await measure({
    mine: MINE.replace('pages: 20', 'pages: 1'),
    every: every.replace('count(*)', 'id'),
  });
  const told = findings.deviations.map(({ where, expected }) => `${where}: ${expected}`);
  expect(told).toContain('mine · somebody: at most 1 pages');
  expect(told).toContain('every · somebody: at most 3 pages');
});

test('what reads a table that is far smaller than declared is not evaluated', async () => {
  const { measurements, findings } = await measure({ 'of-a-list': OF_A_LIST }, 2_000_000);
  expect(measurements.map(({ name }) => name)).toEqual(['app.tasks_list_id_fkey']);
  expect(findings.notEvaluated).toEqual([
    { check: 'plans', where: 'of-a-list', why: expect.stringContaining('app.tasks has 20,000 rows of 2,000,000') },
  ]);
});
