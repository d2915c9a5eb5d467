import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Engine } from '../src/index.ts';
import { ask, cleanUp, engine, migrateProject, said } from './helpers.ts';

let started: Engine;
let project: Awaited<ReturnType<typeof migrateProject>>;

const FUNCTION = (answer: number) =>
  `create or replace function app.answer() returns int language sql as $$ select ${answer} $$;\n`;

beforeAll(async () => {
  started = await engine();
  await ask(started.url('postgres'), 'create database project');
  await ask(started.url('postgres'), 'create database project_shadow');
  project = await migrateProject(started, {
    'migrations/fixtures/answer.sql': FUNCTION(1),
    'migrations/current.sql': 'drop schema if exists app cascade;\ncreate schema app;\n--! include answer.sql\n',
  });
});

afterAll(cleanUp);

const asked = (sql: string) => ask(started.url('project'), sql);
const answer = async () => (await asked('select app.answer()'))[0];

test('migrate applies nothing to an empty project, and says so', async () => {
  expect(await project.run('migrate')).toMatchObject({ exit: 0 });
});

test('watch --once applies the current migration with its includes', async () => {
  expect(await project.run('watch', '--once')).toMatchObject({ exit: 0 });
  expect(await answer()).toBe(1);
});

test('watch applies what is saved while it runs', async () => {
  const watching = project.start('watch');
  await said(watching, 'Finished');
  const again = said(watching, 'Finished');
  await project.write('migrations/fixtures/answer.sql', FUNCTION(2));
  await again;
  watching.kill('SIGKILL');
  expect(await answer()).toBe(2);
});

test('current applies an edit made between runs', async () => {
  await project.write('migrations/fixtures/answer.sql', FUNCTION(3));
  expect(await project.run('current')).toMatchObject({ exit: 0 });
  expect(await answer()).toBe(3);
});

test('compile prints the migration with its includes', async () => {
  const { exit, output } = await project.run('compile', 'migrations/current.sql');
  expect(exit).toBe(0);
  expect(output).toContain('select 3');
});

test('run runs a file', async () => {
  await project.write('seed.sql', 'create table app.seeded as select 1 as id;');
  expect(await project.run('run', 'seed.sql')).toMatchObject({ exit: 0 });
  expect(await asked('select count(*)::int from app.seeded')).toEqual([1]);
});

test('status reports the current migration as uncommitted', async () => {
  const { exit, output } = await project.run('status');
  expect({ exit, output }).toEqual({ exit: 2, output: expect.stringContaining('has not been committed') });
});

test('commit proves the migration on the shadow database and keeps it', async () => {
  expect(await project.run('commit', '--message', 'first')).toMatchObject({ exit: 0 });
  expect(await readdir(join(project.folder, 'migrations/committed'))).toEqual(['000001-first.sql']);
  expect(await project.run('status')).toMatchObject({ exit: 0 });
});

test('uncommit takes the migration back', async () => {
  expect(await project.run('uncommit')).toMatchObject({ exit: 0 });
  expect(await readFile(join(project.folder, 'migrations/current.sql'), 'utf8')).toContain('--!include answer.sql');
  expect(await project.run('commit', '--message', 'again')).toMatchObject({ exit: 0 });
});

test('reset --erase makes the database anew from its migrations', async () => {
  expect(await project.run('reset', '--erase')).toMatchObject({ exit: 0 });
  expect(await answer()).toBe(3);
  expect(await asked(`select to_regclass('app.seeded')::text`)).toEqual([null]);
  expect(await asked(`select has_database_privilege('pg_monitor', 'project', 'connect')`)).toEqual([false]);
});
