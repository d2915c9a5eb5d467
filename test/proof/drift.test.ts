import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { withClient } from '../../src/database/connect.ts';
import { type Drift, findDrift } from '../../src/proof/drift.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';
import { freshRole } from '../support/roles.ts';

/** What somebody changed in production. */
const BY_HAND = `
  alter table public.channels add column language text;
  comment on column public.channels.language is 'As YouTube says.';
  create index idx_channels_language on public.channels (language);
  alter policy "Signed-in users can view transcripts" on public.transcripts using (channel_id is not null);
  create table public.notes (id uuid not null default gen_random_uuid(), body text not null, constraint notes_pkey primary key (id));
  grant select on public.notes to anon;
  create or replace function public.my_own(a integer) returns integer language sql stable set search_path = pg_catalog, pg_temp as 'select a';
  drop view legacy_api.user_usage;
  grant insert on public.plans to authenticated;
  create trigger on_any_user after insert on auth.users for each row execute function private.set_updated_at();
`;

/** What somebody might hide where the migrations make nothing. */
const HIDDEN = `
  create view auth.leak as select * from auth.users;
  grant select on auth.leak to anon;
  alter view auth.leak owner to supabase_auth_admin;
  create materialized view auth.copied as select * from auth.users;
  create sequence auth.numbers;
  grant usage on sequence auth.numbers to anon;
  create foreign data wrapper far;
  create server farther foreign data wrapper far;
  create foreign table auth.lines (line text) server farther;
  grant insert on auth.lines to authenticated;
  create function auth.secret() returns text language sql security definer as 'select email from auth.users';
  grant execute on function auth.secret() to public;
  create function auth.copy_user() returns trigger language plpgsql as 'begin return new; end';
  create trigger copy after insert on auth.users for each row execute function auth.copy_user();
  create policy open on auth.users for select to anon using (true);
  create rule quiet as on delete to auth.users do nothing;
  grant select (email) on auth.users to authenticated;
  grant select on auth.users to somebody;
  grant create on schema auth to anon;
  alter default privileges in schema auth grant select on tables to anon;
  create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as 'begin end';
  create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
  create publication supabase_realtime for table auth.users;
  create table graphile_migrate.notes (note text);
  grant usage on schema graphile_migrate to anon;
  grant select on graphile_migrate.notes to anon;
  create function pg_catalog.leak() returns text language sql security definer as 'select email from auth.users';
  grant execute on function pg_catalog.leak() to public;
  create view information_schema.leak as select * from auth.users;
  grant select on information_schema.leak to public;
  create view public.all_users as select * from auth.users;
  grant select on public.all_users to public;
  alter extension vector add view public.all_users;
  create type auth.level as enum ('high');
  grant usage on type auth.level to anon;
  create or replace function auth.role() returns text language sql stable as $$ select 'service_role' $$;
  select lo_create(4711);
  grant select on large object 4711 to anon;
`;

/** Where each is said: in what the structure differs, and then what client roles reach. */
const SAID = [
  'function extensions.pgrst_ddl_watch()',
  'grant on schema auth to anon',
  'relation auth.copied',
  'relation auth.leak',
  'relation auth.lines',
  'policy open on auth.users',
  'trigger copy on auth.users',
  'rule quiet on auth.users',
  'grant on relation auth.users to authenticated',
  'grant on relation auth.users to somebody',
  'function auth.copy_user()',
  'function auth.role()',
  'function auth.secret()',
  'grant on default privileges for tables of <migrator> in auth to anon',
  'publication supabase_realtime',
  'foreign server farther',
  'foreign-data wrapper far',
  'anon · SELECT · large objects',
  'owner, stranger, moderator, admin · INSERT · foreign table auth.lines',
  'anon, owner, stranger, moderator, admin, service · EXECUTE · function auth.secret()',
  'anon · CREATE · schema auth',
  'anon · USAGE · sequence auth.numbers',
  'owner, stranger, moderator, admin · SELECT (email) · table auth.users',
  'anon · USAGE · type auth.level',
  'anon · SELECT · view auth.leak',
  'anon · SELECT · table graphile_migrate.notes',
  'anon, owner, stranger, moderator, admin, service · SELECT · view information_schema.leak',
  'anon, owner, stranger, moderator, admin, service · EXECUTE · function pg_catalog.leak()',
  'anon, owner, stranger, moderator, admin, service · SELECT · view public.all_users',
  'anon · default privileges of postgres in auth',
];

let live: MigratedDatabase;
let untouched: MigratedDatabase;

beforeAll(async () => {
  live = await migratedDatabase();
  untouched = await migratedDatabase();
  await live.client.query(BY_HAND);
});

afterAll(async () => {
  await live?.dropChanged();
  await untouched?.dropChanged();
});

const seen = ({ findings }: Drift): string[] => findings.deviations.map(({ where }) => where);

test('a database as the migrations make it has not drifted', async () => {
  const drift = await findDrift(untouched.client, config);
  expect(drift).toMatchObject({ findings: { deviations: [], notEvaluated: [] }, statements: [], unwritten: [] });
  expect(drift.objects).toBeGreaterThan(150);
});

test('what was changed by hand is said, and its statements bring another database to the same', async () => {
  const drift = await findDrift(live.client, config);
  expect(seen(drift).toSorted()).toEqual([
    'column language of public.channels',
    'function public.my_own(integer)',
    'grant on table public.plans to authenticated',
    'index idx_channels_language on public.channels',
    'policy "Signed-in users can view transcripts" on public.transcripts',
    'table public.notes',
    'trigger on_any_user on auth.users',
    'view legacy_api.user_usage',
  ]);
  expect(drift.unwritten).toEqual([]);
  for (const { evidence } of drift.findings.deviations) await live.client.query(evidence ?? '');
  const other = await migratedDatabase();
  try {
    for (const _ of ['once', 'again']) await other.client.query(drift.statements.join('\n'));
    const after = await findDrift(other.client, config);
    expect(after.statements).toEqual(drift.statements);
    expect(seen(after)).toEqual(seen(drift));
  } finally {
    await other.dropChanged();
  }
});

test('a role that may do nothing but connect finds the same, and says what it may not read', async () => {
  const role = await freshRole("login password 'drift'");
  try {
    const url = new URL(live.url);
    [url.username, url.password] = [role.name, 'drift'];
    const own = await withClient(url.toString(), (client) => findDrift(client, config));
    const all = await findDrift(live.client, config);
    expect(seen(own)).toEqual(seen(all));
    expect(own.statements).toEqual(all.statements);
    expect(own.findings.notEvaluated.map(({ where }) => where)).toEqual(['graphile_migrate.migrations']);
  } finally {
    await role.drop();
  }
});

test('what somebody hides in schemas of the host, of PostgreSQL, of histories and in extensions is said', async () => {
  const hiding = await migratedDatabase();
  const role = await freshRole('login');
  try {
    await hiding.client.query(HIDDEN.replaceAll('somebody', role.name));
    expect(
      seen(await findDrift(hiding.client, config)).map((where) => where.replaceAll(role.name, 'somebody')),
    ).toEqual(SAID);
  } finally {
    await hiding.dropChanged();
    await role.drop();
  }
});

test('a migration that has not run there, and one that nobody committed here, are said first', async () => {
  const behind = await migratedDatabase();
  try {
    await behind.client.query(
      `delete from graphile_migrate.migrations where filename like '000006%';
       insert into graphile_migrate.migrations (hash, previous_hash, filename) values ('sha1:x', null, '000099-elsewhere.sql')`,
    );
    expect(seen(await findDrift(behind.client, config))).toEqual(['000006-add-legacy-api.sql', '000099-elsewhere.sql']);
  } finally {
    await behind.dropChanged();
  }
});

test('nothing is written, not even where a function of the database would', async () => {
  const { rows: before } = await live.client.query(
    'select pg_current_xact_id_if_assigned() as id, count(*) from pg_class',
  );
  await findDrift(live.client, config);
  const { rows: after } = await live.client.query(
    'select pg_current_xact_id_if_assigned() as id, count(*) from pg_class',
  );
  expect(after).toEqual(before);
});

test('what a foreign server is reached with is not shown to everybody, and that is said', async () => {
  const hiding = await migratedDatabase();
  const role = await freshRole("login password 'drift'");
  try {
    await hiding.client.query(
      `create foreign data wrapper far; create server farther foreign data wrapper far;
       create user mapping for anon server farther options (password 'secret')`,
    );
    const url = new URL(hiding.url);
    [url.username, url.password] = [role.name, 'drift'];
    const drift = await withClient(url.toString(), (client) => findDrift(client, config));
    expect(drift.findings.notEvaluated.map(({ where }) => where)).toContain('options of user mappings');
    expect(JSON.stringify(drift)).not.toContain('secret');
  } finally {
    await hiding.dropChanged();
    await role.drop();
  }
});
