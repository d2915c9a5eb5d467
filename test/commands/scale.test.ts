import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { freshProject, type Project } from '../support/project.ts';

let project: Project;

beforeAll(async () => {
  project = await freshProject();
  await project.rolecall(['reset', '--erase']);
});
afterAll(() => project.remove());

test('scale ends with exit code 0, and writes the script', async () => {
  const { code, output } = await project.rolecall(['scale', '--check', 'citus', '--script', 'citus.sql']);
  expect(output).toContain('public.videos: distributed by channel_id, in the group channel');
  expect(output).toContain('no Citus server ran the script');
  expect(await readFile(join(project.folder, 'citus.sql'), 'utf8')).toContain('create_distributed_table');
  expect(code).toBe(0);
});

test('a table without a place is told, with exit code 1, and no script is written', async () => {
  const client = new pg.Client({ connectionString: project.url });
  await client.connect();
  await client.query('create table public.strays (id uuid primary key)');
  await client.end();
  const { code, output } = await project.rolecall([
    'scale',
    '--check',
    'citus',
    '--script',
    'no.sql',
    '--format',
    'json',
  ]);
  expect(JSON.parse(output)).toMatchObject({
    script: 'not written: it would fail',
    deviations: [{ where: 'public.strays' }],
  });
  expect(code).toBe(1);
  await expect(readFile(join(project.folder, 'no.sql'))).rejects.toThrow('ENOENT');
});

test('an engine that it knows no rules of ends with exit code 2', async () => {
  expect((await project.rolecall(['scale', '--check', 'vitess'])).code).toBe(2);
});
