import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { proveInvariants, proveInvariantsInWorld } from '../../src/proof/invariants.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query('create table public.notes (id int primary key, text text not null)');
  folder = await mkdtemp(join(tmpdir(), 'invariants-'));
  await writeFile(
    join(folder, 'short.sql'),
    '-- A note is short.\n-- fix: Cut it.\nselect id from public.notes where length(text) > 5',
  );
});
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true });
});

const project = (text: string) => ({
  ...config,
  invariants: { folder },
  world: [{ table: 'public.notes', values: { id: 1, text } }],
});

test('a database holds when no row breaks a promise, and without invariants nothing is asked', async () => {
  expect(await proveInvariants(database.url, project('short'))).toEqual({ deviations: [], notEvaluated: [] });
  const { invariants: _, ...without } = project('short');
  expect(await proveInvariants('postgres://nowhere.invalid/x', without)).toEqual({ deviations: [], notEvaluated: [] });
});

test('the rows of the world are held against the promises, too, and leave nothing behind', async () => {
  const found = await proveInvariantsInWorld(database.url, project('much longer'));
  expect(found).toMatchObject({
    deviations: [{ where: 'invariant short, with the rows of the world', seen: '1 row breaks it: {"id": 1}' }],
    notEvaluated: [],
  });
  expect((await database.client.query('select from public.notes')).rowCount).toBe(0);
  expect((await proveInvariantsInWorld(database.url, project('short'))).deviations).toEqual([]);
});
