// The generated types are those of `supabase gen types`, byte for byte after the project's formatter.
import { readFile } from 'node:fs/promises';
import { afterAll, expect } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { generateTypes } from '../../src/types/generate.ts';
import { freshDatabase, onRealServer, type TestDatabase } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';
import { run, supabaseTypes } from './tools.ts';

const opened: (TestDatabase | MigratedDatabase)[] = [];
afterAll(() => Promise.all(opened.map((database) => database.drop())));

const FORMAT = config.formatTypes ?? [];

/** The types of schema public as Supabase's command line writes them, after the project's formatter. */
async function theirs(url: string): Promise<string> {
  const [program = '', ...args] = FORMAT;
  const { code, stdout } = await run(program, args, await supabaseTypes(url, 'public'));
  expect(code).toBe(0);
  return stdout;
}

onRealServer('the file that is checked in is what supabase gen types writes, and what the tool generates', async () => {
  const database = await migratedDatabase();
  opened.push(database);
  const checkedIn = await readFile(config.types, 'utf8');
  expect(await theirs(database.url)).toBe(checkedIn);
  expect(await generateTypes(database.url, config.api, FORMAT)).toBe(checkedIn);
});

onRealServer(
  'whatever a schema has but views, both write the same: computed columns, rows as arguments, overloads',
  async () => {
    const database = await freshDatabase();
    opened.push(database);
    await database.client.query(`
    create type public.mood as enum ('glad', 'sad');
    create type public.pair as (a int, b text);
    create table public.people (id int primary key, name text not null, mood public.mood, "odd name" jsonb not null);
    create table public.pets (id int generated always as identity primary key, owner_id int unique references public.people,
      tags text[], twice int generated always as (owner_id * 2) stored);
    create table public.parted (id int primary key) partition by range (id);
    create table public.parted_1 partition of public.parted for values from (1) to (10);
    create function public.upper_name(public.people) returns text language sql stable as 'select upper($1.name)';
    create function public.lower_name(person public.people) returns text language sql stable as 'select lower($1.name)';
    create function public.pet(public.people) returns setof public.pets rows 1 language sql stable as
      'select * from public.pets where owner_id = $1.id';
    create function public.all_pets(public.people) returns setof public.pets language sql stable as
      'select * from public.pets where owner_id = $1.id';
    create function public.owner_of(p public.pets) returns public.people language sql stable as
      'select * from public.people where id = p.owner_id';
    create function public.named(n int, person public.people) returns text language sql stable as 'select $2.name';
    create function public.many(rows_in public.people[]) returns int language sql stable as 'select 1';
    create function public.of_pair(p public.pair) returns public.pair language sql stable as 'select p';
    create function public.over(a int) returns int language sql stable as 'select 1';
    create function public.over(a int, b text default null) returns int language sql stable as 'select 1';
    create function public.over(b text) returns int language sql stable as 'select 1';
    create function public.everybody() returns setof public.people language sql stable as 'select * from public.people';
    create function public.table_of(out a int, out b text) returns setof record language sql stable as 'select 1, null::text'`);
    expect(await generateTypes(database.url, ['public'], FORMAT)).toBe(await theirs(database.url));
  },
);

onRealServer('types that could not be generated are none', async () => {
  await expect(supabaseTypes('postgres://postgres@127.0.0.1:9/postgres', 'public')).rejects.toThrow(
    'supabase gen types ended with',
  );
});
