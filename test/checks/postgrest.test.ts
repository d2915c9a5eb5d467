import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { readCatalog } from '../../src/catalog/catalog.ts';
import { httpStatusOf } from '../../src/checks/http-status.ts';
import { embeddingResolves } from '../../src/checks/postgrest/embedding-resolves.ts';
import { ruledPart } from '../../src/checks/ruled.ts';
import { mistakesIn } from '../../src/config/mistakes.ts';
import type { TestDatabase } from '../support/databases.ts';
import { startingDatabase } from './support/catalog.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startingDatabase();
});

afterAll(() => database.drop());

/** What is seen of embeddings after some SQL; nothing where they resolve. */
async function seen(sql: string, embeddings: Record<string, Record<string, 'one' | 'many'>>): Promise<string[]> {
  const { client } = database;
  await client.query('begin');
  try {
    await client.query(sql);
    const catalog = await readCatalog(client, { schemas: ['public'], rest: true });
    const schemas = { schemas: ['public'], api: ['public'], private: 'private' };
    const ruled = ruledPart(catalog, { ...schemas, postgrest: { schemas: ['public'], embeddings } });
    const offences = embeddingResolves.offences(ruled);
    for (const { evidence } of offences) await client.query(evidence);
    return offences.map(({ object, seen }) => `${object}: ${seen}`);
  } finally {
    await client.query('rollback');
  }
}

const TWO_KEYS = 'alter table public.tasks add column other_id uuid constraint other_key references public.lists (id)';

test('a hint by the name of a key, by its column or by the column that it refers to says which relationship is meant', async () => {
  expect(
    await seen(TWO_KEYS, {
      'public.tasks': {
        'lists!other_key': 'one',
        'lists!list_id': 'one',
        'lists!tasks_list_id_fkey!inner': 'one',
        other_key: 'one',
        list_id: 'one',
      },
      'public.lists': { 'tasks!other_key': 'many', 'tasks!inner!other_id': 'many' },
    }),
  ).toEqual([]);
});

test('a hint that fits no relationship, or two, is a finding that says so', async () => {
  expect(
    await seen(TWO_KEYS, {
      'public.tasks': { 'lists!gone': 'one', 'lists!id': 'one', 'lists!inner': 'one', notes: 'one' },
    }),
  ).toEqual([
    'public.tasks?select=lists!gone(*): no relationship (PGRST200)',
    'public.tasks?select=lists!id(*): 2 relationships (PGRST201): many-to-one to public.lists by other_key; many-to-one to public.lists by tasks_list_id_fkey',
    'public.tasks?select=lists!inner(*): 2 relationships (PGRST201): many-to-one to public.lists by other_key; many-to-one to public.lists by tasks_list_id_fkey',
    'public.tasks?select=notes(*): no relationship (PGRST200)',
  ]);
});

test('a table that refers to itself is embedded by its name for many, and by the column for one', async () => {
  expect(
    await seen('alter table public.tasks add column parent uuid references public.tasks (id)', {
      'public.tasks': { tasks: 'many', parent: 'one', 'tasks!parent': 'many' },
    }),
  ).toEqual([]);
});

test('a table in between makes a relationship by its name, besides those to the table itself', async () => {
  expect(
    await seen(
      `create table public.tags (id uuid primary key);
       create table public.tags_of_tasks (
         tag_id uuid references public.tags (id), task_id uuid references public.tasks (id), primary key (task_id, tag_id)
       )`,
      {
        'public.tags': { tasks: 'many', 'tasks!tags_of_tasks': 'many', tags_of_tasks: 'many' },
        'public.tasks': { tags: 'many', tags_of_tasks: 'many' },
        'public.tags_of_tasks': { tags: 'one', tasks: 'one' },
      },
    ),
  ).toEqual([]);
});

test('names with blanks, capitals and dots are read as they are', async () => {
  expect(
    await seen(
      `create table public."My Lists" (id uuid primary key);
       create table public."a.b" ("List id" uuid references public."My Lists" (id))`,
      { 'public.a.b': {}, 'public.My Lists': { 'a.b': 'many' } },
    ),
  ).toEqual([]);
});

test('a key of several columns needs all of them in a view', async () => {
  const tables = `create table public.parents (a uuid, b uuid, primary key (a, b));
    create table public.children (id uuid primary key, a uuid, b uuid, foreign key (a, b) references public.parents (a, b));`;
  const embedded = { 'public.shown': { parents: 'one' } } as const;
  expect(
    await seen(`${tables} create view public.shown as select b as second, a as first from public.children`, embedded),
  ).toEqual([]);
  expect(await seen(`${tables} create view public.shown as select id, a from public.children`, embedded)).toEqual([
    'public.shown?select=parents(*): no relationship (PGRST200)',
  ]);
});

test('a relation that is not there, or in a schema that is not exposed, is a finding', async () => {
  expect(await seen('select 1', { 'public.gone': { lists: 'one' }, 'auth.users': { lists: 'one' } })).toEqual([
    'public.gone?select=lists(*): no such relation in a schema that PostgREST exposes',
    'auth.users?select=lists(*): no such relation in a schema that PostgREST exposes',
  ]);
});

test('each code of the documented table has the status that it says, and every other is 400', async () => {
  const page = await readFile('docs/postgrest.md', 'utf8');
  const rows = [...page.matchAll(/^\| `([0-9A-Z]{2,5})\*?` +\| (\d{3})/gm)];
  expect(rows.length).toBeGreaterThan(25);
  for (const [, code = '', status] of rows) {
    const whole = code.padEnd(5, code.length === 5 ? '' : '9');
    expect(`${code} ${httpStatusOf(whole)}`).toBe(`${code} ${status}`);
  }
  expect(['22023', '23502', '23514', '42P10', '42703', '22P02'].map(httpStatusOf)).toEqual(Array(6).fill(400));
});

test('every error of docs/error-codes.md has the status that docs/postgrest.md says', async () => {
  const listed = await readFile('docs/error-codes.md', 'utf8');
  const codes = new Set([...listed.matchAll(/^\| `([0-9A-Z]{5})`/gm)].map(([, code = '']) => code));
  const page = await readFile('docs/postgrest.md', 'utf8');
  const said = new Map(
    [...page.matchAll(/^\| +(\d{3}) +\| `([0-9A-Z]{5})`/gm)].map(([, status, code = '']) => [code, Number(status)]),
  );
  expect([...said.keys()].toSorted()).toEqual([...codes].toSorted());
  for (const [code, status] of said) expect(`${code} ${httpStatusOf(code)}`).toBe(`${code} ${status}`);
});

test('a configuration that exposes a schema which is not ruled is refused', () => {
  const mistakes = mistakesIn({ ...config, ruled: { ...config.ruled, postgrest: { schemas: ['elsewhere'] } } });
  expect(mistakes).toContainEqual('ruled.postgrest.schemas: must be among `ruled.schemas`');
});
