import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { freshDatabase, onRealServer } from '../support/databases.ts';

const shim = await readFile('migrations/hooks/supabase-shim.sql', 'utf8');

test('a plain server gets the roles, auth.users and the claims that Supabase has', async () => {
  const { client, drop } = await freshDatabase();
  await client.query(shim);
  await client.query(
    `select set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-00000000aaa1","role":"authenticated"}', false)`,
  );
  const { rows } = await client.query(
    "select auth.uid() as uid, auth.role() as role, auth.jwt()->>'sub' as sub, (select count(*)::int from auth.users) as users",
  );
  await drop();
  expect(rows).toEqual([
    {
      uid: '00000000-0000-4000-8000-00000000aaa1',
      role: 'authenticated',
      sub: '00000000-0000-4000-8000-00000000aaa1',
      users: 0,
    },
  ]);
});

test.each(['', '{}'])('claims %j are nobody', async (claims) => {
  const { client, drop } = await freshDatabase();
  await client.query(shim);
  await client.query(`select set_config('request.jwt.claims', $1, false)`, [claims]);
  const { rows } = await client.query('select auth.uid() as uid');
  await drop();
  expect(rows).toEqual([{ uid: null }]);
});

test('new tables are as open as Supabase made them, so that what a migration forgets to close is seen', async () => {
  const { client, drop } = await freshDatabase();
  await client.query(shim);
  await client.query('create table public.forgotten (id int)');
  const { rows } = await client.query(
    `select has_table_privilege('anon', 'public.forgotten', 'insert') as insert, has_table_privilege('authenticated', 'public.forgotten', 'truncate') as truncate`,
  );
  await drop();
  expect(rows).toEqual([{ insert: true, truncate: true }]);
});

test('on Supabase itself it does nothing', async () => {
  const { client, drop } = await freshDatabase();
  await client.query('create schema auth; create table auth.users (id uuid primary key)');
  await client.query(shim);
  await client.query('create table public.closed (id int)');
  const { rows } = await client.query(
    `select to_regproc('auth.uid') is null as no_function, (select relacl from pg_class where relname = 'closed') is null as no_grants`,
  );
  await drop();
  expect(rows).toEqual([{ no_function: true, no_grants: true }]);
});

onRealServer('databases of one server can take it at the same time, though the roles are shared', async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, () => freshDatabase()));
  const results = await Promise.allSettled(databases.map(({ client }) => client.query(shim)));
  await Promise.all(databases.map(({ drop }) => drop()));
  expect(results.map(({ status }) => status)).toEqual(databases.map(() => 'fulfilled'));
});
