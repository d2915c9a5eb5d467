// plpgsql_check finds nothing in the functions of a migrated database, and in trigger functions what docs/advisors.md justifies.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { withDatabase } from '../../src/database/urls.ts';
import { freshDatabase, onRealServer, real, serverUrl, type TestDatabase } from '../support/databases.ts';
import { legacyTemplate, migrate } from '../support/legacy.ts';
import { freshRole } from '../support/roles.ts';
import { justifiedIn, unsettled } from './justified.ts';
import { lintOf, readLint } from './tools.ts';

const SCHEMAS = ['legacy', 'legacy_api', 'private', 'public'];

let template: Awaited<ReturnType<typeof legacyTemplate>> | undefined;
let database: TestDatabase;

beforeAll(async () => {
  if (!real) return;
  template = await legacyTemplate('select');
  database = await freshDatabase(template.name);
  await migrate(database);
});

afterAll(async () => {
  await database?.drop();
  await template?.drop();
});

onRealServer('supabase db lint finds nothing, where there are functions to look at', async () => {
  const { rows } = await database.client.query<{ schema: string }>(
    `select distinct pronamespace::regnamespace::text as schema from pg_proc
     where prolang = (select oid from pg_language where lanname = 'plpgsql') and pronamespace::regnamespace::text = any ($1)
     order by 1`,
    [SCHEMAS],
  );
  // Those of the old schema are kept as text.
  expect(rows.map(({ schema }) => schema)).toEqual(['legacy_api', 'private', 'public']);
  expect(await lintOf(database.url, SCHEMAS)).toEqual([]);
});

onRealServer('a function that is not right is noticed, whatever its schema', async () => {
  await database.client.query(`set check_function_bodies = off;
    create function public.broken() returns integer language plpgsql as
      'begin return (select nothing from public.not_there); end';
    create function legacy.converts() returns date language plpgsql as
      'declare today text := ''2026-11-29''; begin return today; end'`);
  try {
    expect(await lintOf(database.url, SCHEMAS)).toEqual([
      expect.stringMatching(/^legacy\.converts \d+ 42804: target type is different type than source type$/),
      'public.broken 1 42P01: relation "public.not_there" does not exist',
    ]);
  } finally {
    await database.client.query('drop function public.broken(), legacy.converts()');
  }
});

onRealServer('trigger functions, which it leaves out, have for each of their tables what is justified', async () => {
  await database.client.query('create extension plpgsql_check');
  try {
    const { checked, found } = await triggerFunctions(database.client);
    expect(checked).toBeGreaterThan(20);
    expect(unsettled(found, await justifiedIn('Lint'))).toEqual([]);
  } finally {
    await database.client.query('drop extension plpgsql_check');
  }
});

async function triggerFunctions(client: pg.Client): Promise<{ checked: number; found: string[] }> {
  const { rows } = await client.query<{ found: string | null }>(
    `select tgfoid::regprocedure || ' on ' || relnamespace::regnamespace || '.' || relname || ' ' || sqlstate || ': ' || message as found
     from (
       select distinct tgfoid, tgrelid, tgoldtable, tgnewtable from pg_trigger
       where not tgisinternal and tgfoid in (
         select p.oid from pg_proc p join pg_language l on l.oid = p.prolang where l.lanname = 'plpgsql'
       )
     ) t
     join pg_class on pg_class.oid = tgrelid
     left join lateral plpgsql_check_function_tb(tgfoid, tgrelid, oldtable => tgoldtable, newtable => tgnewtable) on true`,
  );
  const found = rows.flatMap((row) => row.found ?? []);
  return { checked: rows.length, found: [...new Set(found)] };
}

onRealServer('a lint that could not look is no clean database: no server, no right to the extension', async () => {
  await expect(lintOf('postgres://postgres@127.0.0.1:9/postgres', SCHEMAS)).rejects.toThrow(
    'supabase db lint ended with',
  );
  await expect(lintOf(withDatabase(serverUrl, 'test_is_not_there'), SCHEMAS)).rejects.toThrow(
    'supabase db lint ended with',
  );
  const role = await freshRole('login');
  const asRole = new URL(database.url);
  asRole.username = role.name;
  try {
    await expect(lintOf(asRole.href, SCHEMAS)).rejects.toThrow(
      /supabase db lint ended with[\s\S]*failed to enable pgsql_check/,
    );
  } finally {
    await role.drop();
  }
});

onRealServer('nor is one for which the extension is where it is not found', async () => {
  await database.client.query('create extension plpgsql_check schema extensions');
  try {
    await expect(lintOf(database.url, SCHEMAS)).rejects.toThrow('supabase db lint ended with');
  } finally {
    await database.client.query('drop extension plpgsql_check');
  }
});

describe('an answer of the lint that can’t be read, or is about less, is none', () => {
  const looked = 'Linting schema: public\n\nNo schema errors found\n';

  test.each([
    ['nothing at all', { code: 0, stdout: '', stderr: '' }],
    ['another sentence', { code: 0, stdout: '', stderr: 'Linting schema: public\nDone\n' }],
    ['something that is no JSON', { code: 0, stdout: 'fine', stderr: looked }],
    ['a function without an issue', { code: 0, stdout: '[{"function":"a.b","issues":[]}]', stderr: looked }],
    ['a failure', { code: 1, stdout: '', stderr: looked }],
    ['a schema that it did not look into', { code: 0, stdout: '', stderr: looked.replace('public', 'auth') }],
  ])('%s', (_, ended) => {
    expect(() => readLint(ended, ['public'])).toThrow(/supabase db lint/);
  });

  test('the sentence that there is nothing is an answer', () => {
    expect(readLint({ code: 0, stdout: '', stderr: looked }, ['public'])).toEqual([]);
  });
});
