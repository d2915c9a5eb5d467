import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { HOSTED_RULES, hostedDeviations } from '../../src/supabase/hosted/check.ts';

/** The ids of the rules that refuse something of a migration. */
async function refusing(...bodies: string[]): Promise<string[]> {
  const found = await hostedDeviations(bodies.map((body, index) => ({ file: `00000${index + 1}.sql`, body })));
  return [...new Set(found.map(({ where }) => where.split(' · ').at(-1) ?? ''))];
}

const ids = HOSTED_RULES.map(({ id }) => id);

test('code, pages and the list in docs/supabase.md are of the same rules', () => {
  const pages = readdirSync('docs/supabase').map((file) => file.replace('.md', ''));
  const listed = [...readFileSync('docs/supabase.md', 'utf8').matchAll(/\[([a-z-]+)\]\(supabase\/\1\.md\)/g)].map(
    ([, id]) => id,
  );
  expect(pages.sort()).toEqual([...ids].sort());
  expect([...new Set(listed)].sort()).toEqual([...ids].sort());
});

test.each(ids)(
  'the page of %s: this rule alone refuses what is under “Refused”, and none what is under “Instead”',
  async (id) => {
    const page = readFileSync(`docs/supabase/${id}.md`, 'utf8');
    const [refused, instead] = ['Refused', 'Instead'].map(
      (heading) => new RegExp(`## ${heading}\\n+\`\`\`sql\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '',
    );
    expect(await refusing(refused ?? '')).toEqual([id]);
    expect([instead !== '', await refusing(instead ?? '')]).toEqual([true, []]);
  },
);

test.each([
  ["copy t from program 'curl x'", 'no-superuser'],
  ["copy t to '/tmp/x'", 'no-superuser'],
  ['create role r superuser', 'no-superuser'],
  ['alter role r bypassrls', 'no-superuser'],
  ['alter role r with replication', 'no-superuser'],
  ['grant pg_execute_server_program to r', 'no-superuser'],
  ["security label for x on table t is 'y'", 'no-superuser'],
  ["load 'auto_explain'", 'no-superuser'],
  ["create function f() returns int language c as 'x'", 'no-superuser'],
  ["create function f() returns int language plpython3u as 'x'", 'no-superuser'],
  ['create function f() returns int language sql leakproof as $$ select 1 $$', 'no-superuser'],
  ['alter function f() leakproof', 'no-superuser'],
  ['create extension file_fdw schema extensions', 'no-superuser'],
  ['create extension plpython3u schema extensions', 'no-superuser'],
  ['create or replace trusted language x handler y', 'no-superuser'],
  ["set deadlock_timeout = '1s'", 'no-superuser'],
  ['set local log_statement_stats = on', 'no-superuser'],
  ["alter role r set temp_file_limit = '1GB'", 'no-superuser'],
  ['alter database d set log_duration = on', 'no-superuser'],
  ['create function f() returns int language sql set zero_damaged_pages = on as $$ select 1 $$', 'no-superuser'],
  ["select set_config('log_duration', 'on', false)", 'no-superuser'],
  ["select pg_read_file('/etc/passwd')", 'no-superuser'],
  ['create cast (text as a) without function', 'no-superuser'],
  ['create type t (input = f, output = g)', 'no-superuser'],
  ["create tablespace x location '/x'", 'no-superuser'],
  ['alter table t owner to supabase_admin', 'no-superuser'],
  ['do $$ begin alter system set jit = off; end $$', 'no-superuser'],
  ["do $$ begin if true then execute format('alter role %I superuser', 'x'); end if; end $$", 'no-superuser'],
  ["do $$ begin execute 'load ''x'''; end $$", 'no-superuser'],
  ['create table auth.mine ()', 'own-schemas'],
  ['create table "auth"."mine" as select 1', 'own-schemas'],
  ['create index on storage.objects (name)', 'own-schemas'],
  ['create view realtime.v as select 1', 'own-schemas'],
  ['create function auth.f() returns int language sql as $$ select 1 $$', 'own-schemas'],
  ['alter function auth.uid() stable', 'own-schemas'],
  ["create type vault.t as enum ('a')", 'own-schemas'],
  ["alter type auth.aal_level add value 'x'", 'own-schemas'],
  ['create type auth.c as (a int)', 'own-schemas'],
  ['create domain auth.d as text', 'own-schemas'],
  ['create sequence auth.s', 'own-schemas'],
  ['alter table auth.users disable trigger all', 'own-schemas'],
  ['alter table public.t set schema auth', 'own-schemas'],
  ['alter table storage.objects rename to x', 'own-schemas'],
  ['alter table auth.users rename column email to mail', 'own-schemas'],
  ['alter table auth.users owner to postgres', 'own-schemas'],
  ['create rule r as on insert to auth.users do nothing', 'own-schemas'],
  ['drop table if exists public.a, auth.users', 'own-schemas'],
  ['drop function auth.uid()', 'own-schemas'],
  ['drop type auth.aal_level', 'own-schemas'],
  ['drop schema auth cascade', 'own-schemas'],
  ['create schema auth', 'own-schemas'],
  ['grant select on auth.users to anon', 'own-schemas'],
  ['grant usage on schema vault to anon', 'own-schemas'],
  ['revoke execute on function auth.uid() from anon', 'own-schemas'],
  ['do $$ begin create table auth.mine (); end $$', 'own-schemas'],
  ["do $$ begin execute 'create table auth.' || 'mine ()'; execute 'drop table auth.users'; end $$", 'own-schemas'],
  ['create extension vector schema public', 'extensions-schema'],
  ['create extension if not exists vector', 'extensions-schema'],
  ['alter extension vector set schema public', 'extensions-schema'],
  ["comment on role anon is 'x'", 'own-comments'],
  ["comment on schema auth is 'x'", 'own-comments'],
  ["comment on table auth.users is 'x'", 'own-comments'],
  ["comment on column auth.users.email is 'x'", 'own-comments'],
  ["comment on trigger t on auth.users is 'x'", 'own-comments'],
  ["comment on policy p on storage.objects is 'x'", 'own-comments'],
  ["comment on function auth.uid() is 'x'", 'own-comments'],
])('%s is refused by %s alone', async (sql, id) => {
  expect(await refusing(`${sql};`)).toEqual([id]);
});

test.each([
  'create trigger t after insert on auth.users for each row execute function private.f()',
  'drop trigger if exists t on auth.users',
  'create policy p on storage.objects for select using (true)',
  'alter policy p on storage.objects using (false)',
  'drop policy if exists p on storage.objects',
  'create table public.t (id uuid references auth.users (id))',
  'alter table public.t add foreign key (id) references auth.users (id)',
  'create view public.v as select * from auth.users',
  "insert into storage.buckets (id) values ('a')",
  'create event trigger e on ddl_command_end execute function public.f()',
  'create publication p for all tables',
  "alter role authenticator set statement_timeout = '3s'",
  'create role r nosuperuser nobypassrls login',
  "comment on schema public is 'x'",
  "comment on table public.auth is 'x'",
  'create table public.auth ()',
  'grant select on public.t to anon',
  'create extension pg_cron',
  'drop extension if exists vector',
  "select 'alter system set jit = off'",
  'create function public.f() returns void language plpgsql as $$ begin alter system set jit = off; end $$',
  "comment on function public.f() is 'comment on extension vector'",
])('%s passes', async (sql) => {
  expect(await refusing(`${sql};`)).toEqual([]);
});

test('an extension that a later migration moves to its schema passes', async () => {
  const create = 'create extension vector;';
  expect(await refusing(create, 'alter extension vector set schema extensions;')).toEqual([]);
  expect(await refusing(create, 'do $$ begin alter extension vector set schema extensions; end $$;')).toEqual([]);
  expect(await refusing(create, 'drop extension vector;')).toEqual([]);
  expect(
    await refusing('create extension vector schema extensions;', 'alter extension vector set schema public;'),
  ).toEqual(['extensions-schema']);
});

test('a finding says where the statement is written, what it is, and which page explains it', async () => {
  const body = `select 1;\n--! Included functions/a.sql\nselect 2;\nalter system set jit = off;\n--! EndIncluded functions/a.sql\n`;
  expect(await hostedDeviations([{ file: '000001-a.sql', body }])).toEqual([
    {
      check: 'supabase',
      where: 'fixtures/functions/a.sql · line 2 · no-superuser',
      expected: 'statements that need no superuser',
      seen: "it changes the server's configuration",
      evidence: 'alter system set jit = off;',
      fix: 'docs/supabase/no-superuser.md explains the rule and the fix.',
    },
  ]);
});
