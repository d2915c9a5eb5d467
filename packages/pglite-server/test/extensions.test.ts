import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Engine } from '../src/index.ts';
import { ask, cleanUp, client, codeOf, engine, values } from './helpers.ts';

let started: Engine;
let url: string;

beforeAll(async () => {
  started = await engine();
  url = started.url('postgres');
});

afterAll(cleanUp);

test.each([
  ['uuid-ossp', `select uuid_generate_v5(uuid_nil(), 'a') = uuid_generate_v5(uuid_nil(), 'a')`],
  ['citext', `select 'A'::citext = 'a'::citext`],
  ['pgcrypto', `select crypt('a', gen_salt('bf', 4)) <> '' and encode(digest('a', 'sha256'), 'hex') like 'ca978112%'`],
  ['hstore', `select ('a=>1'::hstore -> 'a') = '1'`],
  ['ltree', `select 'a.b'::ltree <@ 'a'::ltree`],
  ['unaccent', `select unaccent('é') = 'e'`],
  ['btree_gin', `select true from pg_opclass where opcname = 'int4_ops' limit 1`],
  ['btree_gist', `select 1 <-> 3 = 2`],
  ['fuzzystrmatch', `select levenshtein('a', 'b') = 1`],
  ['intarray', `select sort(array[2, 1]) = array[1, 2]`],
  ['tablefunc', `select count(*) = 2 from normal_rand(2, 1, 1)`],
  ['earthdistance', `select earth() > 0`],
  ['moddatetime', `select true from pg_proc where proname = 'moddatetime'`],
  ['pg_trgm', `select similarity('a', 'a') = 1`],
  ['vector', `select '[1,2]'::vector <-> '[1,2]' = 0`],
])('the extension %s can be created, used, and used again after a start', async (name, use) => {
  await ask(started.url('postgres'), `create database "with ${name}"`);
  const own = await client(started.url(`with ${name}`));
  await own.query(`create extension if not exists "${name}" cascade`);
  expect(await values(own, use)).toEqual([true]);
  await own.end();
  // A copy of it is opened anew.
  await ask(url, `create database "again ${name}" template "with ${name}"`);
  expect(await ask(started.url(`again ${name}`), use)).toEqual([true]);
});

test('an extension that PGlite lacks is refused as not available', async () => {
  expect(await codeOf(ask(url, 'create extension postgis'))).toBe('0A000');
});

test('COPY TO or FROM a program is an error, and the session goes on', async () => {
  const own = await client(url);
  expect(await codeOf(own.query(`copy (select 1) to program 'cat'`))).toBe('0A000');
  expect(await codeOf(own.query(`do $$ begin execute 'copy pg_class from program ''ls'''; end $$`))).toBe('0A000');
  expect(await values(own, 'select 1')).toEqual([1]);
});

test('template1 can be connected to, and is what new databases are copies of', async () => {
  await ask(started.url('template1'), 'create table common (id int)');
  await ask(url, 'create database copied');
  expect(await ask(started.url('copied'), 'select count(*)::int from common')).toEqual([0]);
  expect(await ask(started.url('template1'), 'select current_database()::text')).toEqual(['template1']);
  expect(await codeOf(ask(url, 'drop database template1'))).toBe('42809');
  await ask(started.url('template1'), 'drop table common');
});
