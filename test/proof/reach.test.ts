import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { proveReach } from '../../src/proof/reach.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let migrated: MigratedDatabase;

beforeAll(async () => {
  migrated = await migratedDatabase();
});
afterAll(() => migrated?.dropChanged());

/** What the client roles reach after SQL that is undone, and that nobody declared. */
async function reached(sql: string): Promise<string[]> {
  await migrated.client.query(`begin; ${sql}`);
  try {
    const { deviations } = await proveReach(migrated.client, config);
    return deviations.map(({ where }) => where);
  } finally {
    await migrated.client.query('rollback');
  }
}

const NOTES = `create schema supabase_migrations; grant usage on schema supabase_migrations to anon;
  create table supabase_migrations.notes (note text); grant select on supabase_migrations.notes to anon;`;
const FUNCTION =
  "create function supabase_migrations.note() returns text language sql security definer as 'select email from auth.users'; grant execute on function supabase_migrations.note() to anon;";
const AWAY = `alter table supabase_migrations.notes owner to supabase_auth_admin; alter schema supabase_migrations owner to supabase_auth_admin;`;

test.each([
  ['of our own', NOTES],
  ['that a superuser gave to an owner of the host', NOTES + AWAY],
])('a table %s in a schema of the host is not known by the schema', async (_, sql) => {
  expect(await reached(sql)).toEqual(['anon · SELECT · table supabase_migrations.notes']);
});

test('a function of our own in a schema of the host is not known by the schema', async () => {
  expect(await reached(NOTES + FUNCTION)).toContain('anon · EXECUTE · function supabase_migrations.note()');
});
