import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Config } from '../../src/config/define.ts';
import { type Measured, measurePlans } from '../../src/plans/measure.ts';
import { freshRole } from '../support/roles.ts';
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

async function measure(queries: Record<string, string>, rows = 20_000, url = tasks.url): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-queries-'));
  for (const [name, text] of Object.entries(queries)) await writeFile(join(folder, `${name}.sql`), text);
  const config = {
    personas: { somebody: { role: tasks.role, settings: { 'app.me': '1' } } },
    world: [],
  } as unknown as Config;
  const sizes = { 'app.lists': { rows: 5_000 }, 'app.tasks': { rows } };
  try {
    return await measurePlans(url, config, { folder, sizes, planner: 18, schemas: ['app'], exempt: [] });
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

test('without a superuser, what functions read is not evaluated, and neither deviates nor counts as compared', async () => {
  const reader = await freshRole('login bypassrls');
  try {
    await tasks.client.query(`
      create or replace function app.newest() returns setof int language plpgsql stable as $$ begin
        return query select id from app.tasks where user_id = app.me() order by done_at desc limit 1;
      end $$;
      grant ${tasks.role} to ${reader.name};
      grant usage on schema app to ${reader.name};
      grant select on all tables in schema app to ${reader.name}`);
    const newest = MINE.split('-- without')[0]?.replace(/^select [^;]*;/m, 'select app.newest();') ?? '';
    const url = Object.assign(new URL(tasks.url), { username: reader.name }).href;
    const { findings, planned } = await measure({ mine: MINE, newest }, 20_000, url);
    const why = expect.stringContaining('only by a superuser');
    expect(findings).toEqual({
      deviations: [],
      notEvaluated: [
        { check: 'plans', where: 'newest', why },
        { check: 'plans', where: 'statements inside of functions and triggers', why },
      ],
    });
    expect(planned).toEqual({ judged: 1, of: 2 });
    const asSuperuser = await measure({ newest });
    expect(asSuperuser.planned).toEqual({ judged: 1, of: 1 });
  } finally {
    await tasks.client.query(`drop owned by ${reader.name}`);
    await reader.drop();
  }
});
