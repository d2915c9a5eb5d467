import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import config from '../../rolecall.config.ts';
import { account } from '../../src/accounting/account.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { connectionStringsFrom } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { freshDatabase, serverUrl, type TestDatabase } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

describe('a new account', () => {
  let database: MigratedDatabase;
  beforeAll(async () => {
    database = await migratedDatabase();
    // As on Supabase, where the accounts belong to the auth server.
    await database.client.query('alter table auth.users owner to supabase_auth_admin');
  });
  afterAll(() => database?.drop());

  /** Signs up as Supabase's auth server does, and reads what is there; nothing stays. */
  async function signUp(metadata: string | null, email: string | null = 'ada@example.com') {
    const { client } = database;
    return rolledBack(client, async () => {
      const id = randomUUID();
      await client.query('set local role supabase_auth_admin');
      await client.query('insert into auth.users (id, email, raw_user_meta_data) values ($1, $2, $3)', [
        id,
        email,
        metadata,
      ]);
      await client.query('reset role');
      return rowsOf(client, id);
    });
  }

  async function nameFrom(metadata: unknown, email?: string | null) {
    const { profile } = await signUp(metadata === undefined ? null : JSON.stringify(metadata), email);
    return profile?.display_name;
  }

  test('has a profile, the role user and the free plan', async () => {
    const made = await signUp('{"display_name": "Ada", "avatar_url": "https://example.com/ada.png"}');
    expect(made).toEqual({
      profile: { display_name: 'Ada', avatar_url: 'https://example.com/ada.png' },
      roles: ['user'],
      plan: 'free',
      errors: [],
    });
  });

  test('has the first usable name of those claimed, or else what stands before the @', async () => {
    expect(await nameFrom({ display_name: ' ', full_name: 'Ada Lovelace', name: 'ada' })).toBe('Ada Lovelace');
    expect(await nameFrom({ name: 'ada' })).toBe('ada');
    expect(await nameFrom({})).toBe('ada');
    expect(await nameFrom({}, null)).toBeNull();
  });

  test('is called by one line of visible characters, cut to 80', async () => {
    expect(await nameFrom({ display_name: '\t Ada\n\u0007 Love\u200blace\u202e ' })).toBe('Ada Lovelace');
    expect(await nameFrom({ display_name: 'é'.repeat(100) })).toBe('é'.repeat(80));
    expect(await nameFrom({ display_name: '👩\u200d🚀 アダ' })).toBe('👩\u200d🚀 アダ');
  });

  test.each([
    ['nothing', null],
    ['JSON null', 'null'],
    ['an array', '["display_name"]'],
    ['a text', '"display_name"'],
    ['a number', '1e400'],
    ['a name that is an object', '{"display_name": {"first": "Ada"}, "avatar_url": ["x"]}'],
    ['a name that is a number', '{"display_name": 7, "full_name": true}'],
    ['a name of nothing visible', '{"display_name": "\\u200b\\u202e\\u0001"}'],
  ])('is made with metadata that is %s', async (_, metadata) => {
    expect(await signUp(metadata)).toEqual({
      profile: { display_name: 'ada', avatar_url: null },
      roles: ['user'],
      plan: 'free',
      errors: [],
    });
  });

  test('is made with metadata of megabytes', async () => {
    const huge = 'x'.repeat(3_000_000);
    const metadata = JSON.stringify({ display_name: huge, avatar_url: `https://example.com/${huge}`, more: [huge] });
    const { profile } = await signUp(metadata);
    expect(profile).toEqual({ display_name: 'x'.repeat(80), avatar_url: null });
  });

  test.each(['javascript:alert(1)', 'data:image/png;base64,AAAA', '//example.com/a.png', ''])(
    'has no picture that is %j',
    async (url) => {
      const { profile } = await signUp(JSON.stringify({ avatar_url: url }));
      expect(profile?.avatar_url).toBeNull();
    },
  );

  test.each([
    [
      'profile',
      'alter table public.profiles rename to profiles_elsewhere',
      'relation "public.profiles" does not exist',
    ],
    [
      'role',
      'alter table public.user_roles rename to user_roles_elsewhere',
      'relation "public.user_roles" does not exist',
    ],
    [
      'usage',
      `update public.plans set code = 'gratis' where code = 'free'`,
      'null value in column "plan_id" of relation "user_usage" violates not-null constraint',
    ],
  ])('is made even when its %s cannot be, and the error log says so', async (what, obstacle, why) => {
    const { client } = database;
    await rolledBack(client, async () => {
      await client.query(obstacle);
      await client.query("insert into auth.users (email) values ('ada@example.com')");
      const { rows } = await client.query<{ function_name: string; message: string; failures: string[] }>(
        'select function_name, message, details as failures from public.error_logs',
      );
      expect(rows).toEqual([
        {
          function_name: 'handle_new_user',
          message: 'A new account lacks rows of its own.',
          failures: [`${what}: ${why}`],
        },
      ]);
    });
  });

  test('is made even when nothing at all can be written', async () => {
    const obstacle = 'drop table public.profiles, public.user_roles, public.user_usage, public.error_logs cascade';
    await rolledBack(database.client, async () => {
      await database.client.query(obstacle);
      const { rowCount } = await database.client.query("insert into auth.users (email) values ('ada@example.com')");
      expect(rowCount).toBe(1);
    });
  });

  test('is not the plan of a paying one: what a client claims decides no role and no plan', async () => {
    const made = await signUp('{"role": "admin", "plan": "pro", "app_role": "admin", "plan_id": "pro"}');
    expect([made.roles, made.plan]).toEqual([['user'], 'free']);
  });

  test('is made by an account that has no right on public', async () => {
    const { rows } = await database.client.query(`
      select c.relname from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and has_table_privilege('supabase_auth_admin', c.oid, 'select, insert, update, delete')`);
    expect(rows).toEqual([]);
  });

  test('is the only way to its function: nobody may call it, and nobody can', async () => {
    const { rows } = await database.client.query(`
      select rolname from pg_roles
      where rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin')
        and has_function_privilege(oid, 'private.handle_new_user()', 'execute')`);
    expect(rows).toEqual([]);
    await expect(database.client.query('select private.handle_new_user()')).rejects.toThrow(
      'trigger functions can only be called as triggers',
    );
  });
});

describe('accounts from before', () => {
  let database: TestDatabase;
  const ada = randomUUID();
  const bob = randomUUID();
  const gone = randomUUID();

  /** A database that had profiles of its own, as some in production have. */
  beforeAll(async () => {
    database = await freshDatabase();
    const { client, url } = database;
    for (const file of ['hooks/supabase-shim.sql', 'committed/000001-legacy-baseline.sql']) {
      await client.query(await readFile(`migrations/${file}`, 'utf8'));
    }
    await client.query(drift);
    await client.query(
      `insert into auth.users (id, email, raw_user_meta_data) values ($1, 'ada@example.com', '{"display_name": "Ada"}'), ($2, 'bob@example.com', null)`,
      [ada, bob],
    );
    await client.query(
      `update public.profiles set display_name = E'Countess\\n of Lovelace', avatar_url = 'javascript:1', created_at = null where id = $1`,
      [ada],
    );
    await client.query(`delete from public.profiles where id = $1`, [bob]);
    await client.query(`insert into public.profiles (id, display_name) values ($1, 'Nobody')`, [gone]);
    await client.query(`insert into public.user_usage (user_id, plan_type) values ($1, 'pro')`, [ada]);
    const urls = connectionStringsFrom({ DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl });
    if (urls) await runQuietly(['migrate'], urls);
  });
  afterAll(() => database?.drop());

  test('keep what they said of themselves, cleaned by a named rule', async () => {
    expect(await rowsOf(database.client, ada)).toEqual({
      profile: { display_name: 'Countess of Lovelace', avatar_url: null },
      roles: ['user'],
      plan: 'pro',
      errors: [],
    });
  });

  test('get what a new account gets where they had nothing', async () => {
    expect(await rowsOf(database.client, bob)).toEqual({
      profile: { display_name: 'bob', avatar_url: null },
      roles: ['user'],
      plan: 'free',
      errors: [],
    });
  });

  test('are accounted for, a profile without an account included', async () => {
    const { legacy } = config;
    if (!legacy) throw new Error('There is no mapping.');
    const { accounts, findings } = await account(database.client, legacy);
    expect(findings).toEqual({ deviations: [], notEvaluated: [] });
    expect(accounts.find(({ table }) => table === 'profiles')).toMatchObject({ in: 2, changed: 1, setAside: 1 });
  });

  test('leave no trigger but ours, and no function but ours', async () => {
    const { rows } = await database.client.query(`
      select tgname, tgfoid::regprocedure::text as function from pg_trigger
      where tgrelid = 'auth.users'::regclass and not tgisinternal`);
    expect(rows).toEqual([{ tgname: 'handle_new_user', function: 'private.handle_new_user()' }]);
    const { rows: functions } = await database.client.query(
      `select oid::regprocedure::text from pg_proc where proname = 'handle_new_user' order by 1`,
    );
    expect(functions).toEqual([{ oid: 'private.handle_new_user()' }]);
  });
});

const drift = `
  create table public.profiles (
    id uuid primary key,
    display_name text,
    avatar_url text,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  alter table public.profiles enable row level security;
  create function public.handle_new_user() returns trigger language plpgsql security definer as $$
  begin
    insert into public.profiles (id, display_name)
    values (new.id, coalesce(new.raw_user_meta_data ->> 'display_name', new.email));
    return new;
  end;
  $$;
  create trigger on_auth_user_created after insert on auth.users
    for each row execute function public.handle_new_user();`;

interface Account {
  readonly profile: { readonly display_name: string | null; readonly avatar_url: string | null } | null;
  readonly roles: readonly string[];
  readonly plan: string | null;
  readonly errors: readonly unknown[];
}

async function rowsOf(client: pg.Client, id: string): Promise<Account> {
  const { rows } = await client.query<{ account: Account }>(
    `select jsonb_build_object(
       'profile', (select jsonb_build_object('display_name', display_name, 'avatar_url', avatar_url) from public.profiles where id = $1),
       'roles', (select coalesce(jsonb_agg(role), '[]') from public.user_roles where user_id = $1),
       'plan', (select p.code from public.user_usage u join public.plans p on p.id = u.plan_id where u.user_id = $1),
       'errors', (select coalesce(jsonb_agg(details), '[]') from public.error_logs where user_id = $1)
     ) as account`,
    [id],
  );
  if (!rows[0]) throw new Error('There was nothing to read.');
  return rows[0].account;
}
