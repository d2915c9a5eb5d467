import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { personasOf } from '../../src/access/personas.ts';
import { compareReach } from '../../src/access/reach/compare.ts';
import { readReach } from '../../src/access/reach/read.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await migratedDatabase();
});

afterAll(() => database.drop());

/** Where something deviates after this SQL, which is undone. */
async function deviating(sql = 'select 1'): Promise<string[]> {
  const { client } = database;
  await client.query(`begin; ${sql}`);
  try {
    const reached = await readReach(client, personasOf(config), config);
    return compareReach(reached, config.known ?? {}).deviations.map(({ where }) => where);
  } finally {
    await client.query('rollback');
  }
}

// What Supabase grants by name, and the roles that it does that as.
const HOSTED = `
  do $$ begin
    if to_regrole('supabase_admin') is null then create role supabase_admin; end if;
  end $$;
  create function auth.email() returns text language sql stable as $$ select current_setting('request.jwt.claims', true)::jsonb ->> 'email' $$;
  alter default privileges for role supabase_admin in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges for role supabase_admin in schema public grant all on functions to anon, authenticated, service_role;
  create schema storage;
  grant usage on schema storage to anon, authenticated, service_role;
  alter default privileges for role supabase_admin in schema storage grant all on tables to anon, authenticated, service_role;
  create table storage.objects (id uuid primary key, owner uuid);
  alter table storage.objects enable row level security;
  grant all on storage.objects to anon, authenticated, service_role;
  alter table storage.objects owner to supabase_admin;
  create schema graphql_public;
  grant usage on schema graphql_public to anon, authenticated, service_role;
  create function graphql_public.graphql(query text) returns jsonb language sql as $$ select null::jsonb $$;
  create type auth.factor_type as enum ('totp');
  alter role anon set statement_timeout = '3s';`;

test('nothing is reached that is neither declared nor known, and all that is known is needed', async () => {
  expect(await deviating()).toEqual([]);
});

test('the same holds where a host has put its own things, and has granted them by name', async () => {
  expect(await deviating(HOSTED)).toEqual([]);
});

const SIGNED_IN = 'owner, stranger, moderator, admin';

test.each([
  [
    'a copy of messages in a schema that nobody declared',
    'create schema copies; create table copies.messages as select id, content from public.chat_messages; grant usage on schema copies to authenticated; grant select on copies.messages to authenticated',
    [`${SIGNED_IN} · SELECT · table copies.messages`],
  ],
  [
    "the host's table of users",
    'grant select on auth.users to authenticated',
    [`${SIGNED_IN} · SELECT · table auth.users`],
  ],
  [
    "a column of the host's table of users",
    'grant select (email) on auth.users to anon',
    ['anon · SELECT (email) · table auth.users'],
  ],
  [
    'a membership in the role that no policy holds for',
    'grant service_role to authenticated',
    [`${SIGNED_IN} · role authenticated member of service_role`],
  ],
  [
    'a role that no policy holds for',
    'alter role authenticated bypassrls',
    [`${SIGNED_IN} · role authenticated bypassrls`],
  ],
  ['a role that makes roles', 'alter role anon createrole', ['anon · role anon createrole']],
  [
    'passwords',
    'grant select on pg_catalog.pg_authid to service_role',
    ['service · SELECT · table pg_catalog.pg_authid'],
  ],
])('%s cannot be opened without a word', async (_, sql, where) => {
  expect(await deviating(sql)).toEqual(where);
});
