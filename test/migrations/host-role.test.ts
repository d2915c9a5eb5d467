// Hosted by Supabase, migrations run as postgres: the owner of the database, and no superuser. Schema auth, schema extensions
// and what is in them belong to others.
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import pg from 'pg';
import { loadLegacy } from '../../spec/legacy/load.ts';
import { readContents } from '../../src/catalog/contents.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { GRAPHILE_MIGRATE, migrateInWindow, withWorker } from '../online/support.ts';
import { asRoot, freshDatabase, onRealServer, real, type TestDatabase } from '../support/databases.ts';
import { migrate } from '../support/legacy.ts';
import { freshRole } from '../support/roles.ts';

type Role = Awaited<ReturnType<typeof freshRole>>;
let [host, admin, authAdmin]: Role[] = [];
let database: TestDatabase;
/** Connected as the host's postgres. */
let client: pg.Client;

beforeAll(async () => {
  if (!real) return;
  host = await freshRole('login nosuperuser bypassrls createrole createdb');
  admin = await freshRole('superuser');
  authAdmin = await freshRole();
});
afterAll(async () => {
  for (const role of [host, admin, authAdmin]) await role?.drop();
});

beforeEach(async () => {
  if (!real) return;
  database = await freshDatabase();
  const shim = await readFile('migrations/hooks/supabase-shim.sql', 'utf8');
  await database.client.query(shim);
  // As the host has it: other owners, and nothing that says that it stands in for the host.
  await asRoot((root) => root.query(`grant anon, authenticated, service_role to "${host?.name}"`));
  await database.client.query(`
    alter database "${new URL(database.url).pathname.slice(1)}" owner to "${host?.name}";
    comment on schema auth is null;
    alter schema auth owner to "${authAdmin?.name}";
    alter table auth.users owner to "${authAdmin?.name}";
    alter function auth.uid() owner to "${authAdmin?.name}";
    grant usage on schema auth to "${host?.name}";
    grant all on auth.users to "${host?.name}";
    alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
    alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
    alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
    alter default privileges for role "${host?.name}" in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges for role "${host?.name}" in schema public grant all on functions to anon, authenticated, service_role;`);
});
afterEach(async () => {
  if (!real) return;
  await client?.end();
  await database.drop();
});

/** The extension and its schema belong to the host's administrator. */
const EXTENSIONS = (): string => `
  create schema extensions authorization "${admin?.name}";
  set role "${admin?.name}";
  create extension vector schema extensions;
  grant usage on schema extensions to "${host?.name}", anon, authenticated, service_role;
  reset role`;

async function oldDatabase(extensions: string): Promise<void> {
  await database.client.query(extensions);
  const url = new URL(database.url);
  url.username = host?.name ?? '';
  client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(await readFile('migrations/committed/000001-legacy-baseline.sql', 'utf8'));
  await loadLegacy(client, { seed: 1, size: 'small' });
}

const asHost = (): TestDatabase => {
  const url = new URL(database.url);
  url.username = host?.name ?? '';
  return { ...database, url: url.href };
};

const state = async () => [await readStructure(database.client), [...(await readContents(database.client))]];

describe('as the owner of the database, where schemas auth and extensions belong to others', () => {
  onRealServer('the migrations run, and a second run changes nothing: no object, privilege or row', async () => {
    await oldDatabase(EXTENSIONS());
    await migrate(asHost());
    const once = await state();
    await migrateInWindow({ client });
    expect(await state()).toEqual(once);
    const { rows } = await client.query('select count(*)::int as carried from public.channels');
    expect(rows).toEqual([{ carried: 4 }]);
  });

  onRealServer('there is a way back, and forward again', async () => {
    await oldDatabase(EXTENSIONS());
    await client.query(GRAPHILE_MIGRATE);
    const before = await readStructure(database.client);
    await migrateInWindow({ client });
    await client.query(`begin; ${await readFile('migrations/online/back.sql', 'utf8')}; commit`);
    const { rows } = await client.query<{ subject: string }>('select subject from redesign.not_as_before');
    // Who does not own auth.users can't drop its trigger, which does nothing from then on.
    expect(rows).toEqual([{ subject: 'trigger handle_new_user on auth.users' }]);
    const after = new Map((await readStructure(database.client)).map((line) => [line.object, line.definition]));
    expect(before.filter(({ object, definition }) => after.get(object) !== definition)).toEqual([]);
    await client.query("insert into auth.users (id, email) values (gen_random_uuid(), 'back@example.com')");
    await client.query('drop schema redesign, legacy, legacy_api, private cascade');
    await migrateInWindow({ client });
  });

  onRealServer('a move while the app runs is refused in words, since it renames schemas', async () => {
    await oldDatabase(EXTENSIONS());
    await client.query(GRAPHILE_MIGRATE);
    const refusal = await withWorker(asHost(), (worker) => worker.create()).then(() => 'It was prepared.', String);
    expect(refusal).toMatch(/Schema extensions belongs to "?test_role_\w+"?, and test_role_\w+ can't rename it/);
    expect(refusal).toMatch(/or migrate in a maintenance window/);
  });

  onRealServer('what the role may not do is refused by name, with what to do, and nothing changes', async () => {
    // pgvector is where the old tables found it, and is the administrator's.
    await oldDatabase(`set role "${admin?.name}"; create extension vector; reset role`);
    const before = await state();
    const refusal = await migrate(asHost()).then(() => 'It was migrated.', String);
    expect(refusal).toMatch(
      /may not move pgvector to schema extensions, or update it: must be owner of extension vector/,
    );
    expect(refusal).toMatch(/As its owner, run: alter extension vector set schema extensions/);
    const after = (await state())[0] as { object: string }[];
    expect(after.filter(({ object }) => !/graphile_migrate/.test(object))).toEqual(before[0]);
  });
});
