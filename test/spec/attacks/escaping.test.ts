// Nobody gets out of their role: to another's, to the definition of things, or to the server's files.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { people } from '../../../spec/people.ts';
import { onRealServer } from '../../support/databases.ts';
import { freshRole } from '../../support/roles.ts';
import { type Attack, attacked, noGrant, type Who } from './support.ts';

let gateway: Awaited<ReturnType<typeof freshRole>>;
// After the database is dropped, in which it may have a session.
afterAll(() => gateway?.drop());

const { resists, as, url } = attacked();

const notOwner = (name: string) =>
  new RegExp(`^42501 must be owner of (table|relation|function|schema) ([a-z]+\\.)?${name}$`);
const only = (does: Attack['does'], says: string | RegExp, who: Who = 'stranger'): Attack => ({
  as: who,
  does,
  says,
  may: 'operator',
});
const messages = 'public.chat_messages';

describe('another definition of things:', () => {
  const schema = (name: string) => `42501 permission denied for schema ${name}`;
  resists({
    'a table in public': only('create table public.mine (id int)', schema('public')),
    'a table in public, as the service': only('create table public.mine (id int)', schema('public'), 'service'),
    'a table in private': only('create table private.mine (id int)', schema('private')),
    'a table among the extensions': only('create table extensions.mine (id int)', schema('extensions')),
    'a table in auth': only('create table auth.mine (id int)', schema('auth')),
    'a view over another’s rows in public': only(
      `create view public.mine as select * from ${messages}`,
      schema('public'),
    ),
    'a function in public': only(
      `create function public.auth_uid() returns uuid language sql as 'select null::uuid'`,
      schema('public'),
    ),
    'a type in public': only(`create type public.mine as enum ('a')`, schema('public')),
    'a schema': only('create schema mine', /^42501 permission denied for database /),
    'another answer of is_admin': only(
      `create or replace function private.is_admin() returns boolean language sql as 'select true'`,
      schema('private'),
    ),
    'another answer of auth.uid': only(
      `create or replace function auth.uid() returns uuid language sql as 'select null::uuid'`,
      schema('auth'),
    ),
    'other settings of is_admin': only(
      'alter function private.is_admin() set search_path = pg_temp',
      notOwner('is_admin'),
    ),
    'is_admin with its caller’s rights': only(
      'alter function private.is_admin() security invoker',
      notOwner('is_admin'),
    ),
    'a policy dropped': only(
      `drop policy "Users can view their own messages" on ${messages}`,
      notOwner('chat_messages'),
    ),
    'a policy altered': only(
      `alter policy "Users can view their own messages" on ${messages} using (true)`,
      notOwner('chat_messages'),
    ),
    'a policy added': only(`create policy mine on ${messages} for select using (true)`, notOwner('chat_messages')),
    'a policy added by the service': only(
      `create policy mine on ${messages} for select using (true)`,
      notOwner('chat_messages'),
      'service',
    ),
    'row level security disabled': only(
      `alter table ${messages} disable row level security`,
      notOwner('chat_messages'),
    ),
    'a table dropped': only('drop table public.usage_daily', notOwner('usage_daily')),
    'a table dropped by the service': only('drop table public.usage_daily', notOwner('usage_daily'), 'service'),
    'a table renamed': only(`alter table ${messages} rename to mine`, notOwner('chat_messages')),
    'a column added': only(`alter table ${messages} add mine int`, notOwner('chat_messages')),
    'a table taken over': only(`alter table ${messages} owner to authenticated`, notOwner('chat_messages')),
    'a trigger': only(
      [
        `create function pg_temp.spy() returns trigger language plpgsql as 'begin return new; end'`,
        `create trigger spy before insert on ${messages} for each row execute function pg_temp.spy()`,
      ],
      noGrant('chat_messages'),
    ),
    'a trigger disabled': only('alter table public.user_usage disable trigger all', notOwner('user_usage')),
    'a rule': only(
      `create rule spy as on insert to ${messages} do also select * from ${messages}`,
      notOwner('chat_messages'),
    ),
    'a rule on one’s own view': only(
      [
        'create temp view mine as select 1 as id',
        'create rule spy as on update to mine do instead update public.user_usage set creators_added = 1',
        'update mine set id = 2',
      ],
      noGrant('user_usage'),
    ),
    'an index': only(`create index mine on ${messages} (content)`, notOwner('chat_messages')),
    'a child of a table': only(`create temp table mine () inherits (${messages})`, notOwner('chat_messages')),
    'an enum’s value': only(`alter type public.app_role add value 'owner'`, /^42501 must be owner of type /),
    'a cast': only(
      'create cast (text as uuid) with inout as implicit',
      '42501 must be owner of type text or type uuid',
    ),
    'an event trigger': only(
      [
        `create function pg_temp.spy() returns event_trigger language plpgsql as 'begin end'`,
        'create event trigger spy on ddl_command_end execute function pg_temp.spy()',
      ],
      '42501 permission denied to create event trigger "spy"',
    ),
  });
});

describe('emptying', () => {
  const tables = ['chat_messages', 'chat_sessions', 'user_usage', 'operation_locks', 'error_logs'];
  resists(
    Object.fromEntries(
      tables.flatMap((table) =>
        (['stranger', 'admin', 'service'] as const).map((who): [string, Attack] => [
          `${table}, as ${who}`,
          only(`truncate public.${table} cascade`, noGrant(table), who),
        ]),
      ),
    ),
  );
});

describe('privileges', () => {
  const rights = (grant: string, says: string | RegExp = 'done', who: Who = 'stranger') => only(grant, says, who);
  resists({
    'handed on to anon': rights(`grant select on ${messages} to anon`),
    'handed on to everybody': rights(`grant all on ${messages} to public`),
    'handed on by the service': rights(`grant all on ${messages} to anon`, 'done', 'service'),
    'taken from the service': rights(`revoke all on ${messages} from service_role`),
    'given to oneself': rights('grant update on public.user_usage to authenticated'),
    'given to oneself where one has none': rights(
      'grant select on private.quarantined_rows to authenticated',
      noGrant('quarantined_rows'),
    ),
    'to run what is private': rights(
      'grant execute on function private.audit_write() to authenticated',
      '42501 permission denied for function audit_write',
    ),
    'by another’s defaults': rights(
      'alter default privileges for role supabase_auth_admin in schema public grant all on tables to anon',
      /^42501 (must be member of role|permission denied to change default privileges)/,
    ),
    'to lock out everybody from a table that one only reads': {
      ...only('lock table public.user_usage in access exclusive mode', noGrant('user_usage')),
      may: 'service',
      does: [
        'lock table public.user_usage in access share mode',
        'lock table public.user_usage in access exclusive mode',
      ],
    },
  });
});

describe('what is private', () => {
  const triggers = [
    'audit_write',
    'audit_refuse',
    'handle_new_user',
    'note_last_message',
    'count_chunks',
    'settle_saved_answer',
    'set_updated_at',
  ];
  const callers = ['anon', 'stranger', 'admin', 'service'] as const;
  test.each(triggers.flatMap((name) => callers.map((who) => [name, who] as const)))(
    '%s is not called by %s',
    async (name, who) => {
      const call = `select private.${name}()`;
      expect((await as(who, call)).says).toBe(`42501 permission denied for function ${name}`);
      expect((await as('operator', call)).says).toBe('0A000 trigger functions can only be called as triggers');
    },
  );

  resists({
    'the audit log is not written by a trigger on a table of one’s own': {
      as: 'stranger',
      does: [
        'create temp table mine (id uuid)',
        `create trigger forge after insert on mine for each row execute function private.audit_write('role_granted')`,
      ],
      says: /^42501 permission denied for function (private\.)?audit_write$/,
      may: 'operator',
    },
    'nobody signed out asks whether they are an admin': {
      as: 'anon',
      does: 'select private.is_admin()',
      says: '42501 permission denied for function is_admin',
      may: 'stranger',
    },
    'what other functions and migrations call is not called by callers': {
      as: 'stranger',
      does: `select private.trimmed(' x ')`,
      says: '42501 permission denied for function trimmed',
      may: 'operator',
    },
    'accounts are not listed': {
      as: 'stranger',
      does: 'select id, email from auth.users',
      says: noGrant('users'),
      may: 'operator',
    },
    'accounts are not listed by the service': {
      as: 'service',
      does: 'select id, email from auth.users',
      says: noGrant('users'),
      may: 'operator',
    },
  });
});

describe('the server', () => {
  resists({
    'a file read': only(`select pg_read_file('PG_VERSION')`, '42501 permission denied for function pg_read_file'),
    'a file read as bytes': only(
      `select pg_read_binary_file('PG_VERSION')`,
      '42501 permission denied for function pg_read_binary_file',
    ),
    'a folder listed': only(`select pg_ls_dir('.')`, '42501 permission denied for function pg_ls_dir'),
    'a file copied in': only(
      ['create temp table mine (line text)', `copy mine from 'PG_VERSION'`],
      /^42501 (must be superuser|permission denied to COPY)/,
    ),
    'a file read into a large object': only(
      `select lo_import('PG_VERSION')`,
      '42501 permission denied for function lo_import',
    ),
    'triggers switched off': only(
      `select set_config('session_replication_role', 'replica', true)`,
      '42501 permission denied to set parameter "session_replication_role"',
    ),
    'triggers switched off by the service': only(
      `select set_config('session_replication_role', 'replica', true)`,
      '42501 permission denied to set parameter "session_replication_role"',
      'service',
    ),
    'a function in machine code': only(
      `create function pg_temp.absolute(int4) returns int4 strict language internal as 'int4abs'`,
      '42501 permission denied for language internal',
    ),
  });

  test.each([
    ['a program run', `copy (select 1) to program 'true'`],
    ['a file written', `copy (select 1) to '/tmp/attack'`],
    ['a large object written to a file', `select lo_export(1, '/tmp/attack')`],
    ['a setting of the server', `do $$ begin perform pg_reload_conf(); end $$`],
    ['a role that bypasses row level security', 'alter role authenticated bypassrls'],
    ['a role of one’s own', 'create role mine superuser'],
    ['membership in another', 'grant service_role to authenticated'],
    ['another role’s settings', `alter role anon set statement_timeout = '1ms'`],
  ])('%s: %s', async (_, statement) => {
    for (const who of ['stranger', 'admin', 'service'] as const)
      expect(await as(who, statement)).toMatchObject({ says: expect.stringMatching(/^42501 /), changed: false });
  });

  test('no function that connects to servers is there', async () => {
    const { rows } = await as(
      'operator',
      `select proname from pg_proc where proname ~ '^(dblink|postgres_fdw|http|net_)'`,
    );
    expect(rows).toEqual([]);
    expect((await as('stranger', `select dblink_connect('dbname=postgres')`)).says).toMatch(/^42883 /);
    expect((await as('stranger', `create foreign data wrapper mine`)).says).toMatch(/^42501 /);
  });

  test('another’s large object is not read or written', async () => {
    const first = `select lo_from_bytea(424242, 'A secret')`;
    for (const statement of ['select lo_get(424242)', `select lo_put(424242, 0, 'x')`, 'select lo_unlink(424242)']) {
      expect(await as('stranger', statement, first)).toMatchObject({
        says: expect.stringMatching(/^42501 .*large object 424242/),
        changed: false,
      });
      expect((await as('operator', statement, first)).says).toBe('1 rows');
    }
  });
});

describe('logged in as the gateway is', () => {
  const API = ['anon', 'authenticated', 'service_role'];
  const OTHERS = [
    'postgres',
    'supabase_auth_admin',
    'authenticator',
    'pg_read_all_data',
    'pg_write_all_data',
    'pg_execute_server_program',
    'pg_read_server_files',
    'pg_monitor',
  ];
  let connection: pg.Client;
  beforeAll(async () => {
    gateway = await freshRole(`login noinherit password 'gateway' in role ${API.join(', ')}`);
    const address = new URL(url());
    address.username = gateway.name;
    address.password = 'gateway';
    connection = new pg.Client({ connectionString: address.href });
    await connection.connect();
  });
  afterAll(() => connection?.end());

  /** After `set role authenticated`, as a request runs. */
  async function inRequest(statement: string): Promise<string> {
    await connection.query('begin; set local role authenticated');
    const said = await connection.query(statement).then(
      () => 'done',
      ({ code, message }) => `${code} ${message}`,
    );
    await connection.query('rollback');
    return said;
  }

  test('as authenticator is: the same memberships, none inherited', async () => {
    const members = (name: string) =>
      connection.query(
        `select rolinherit, rolsuper, rolbypassrls, array(select roleid::regrole::text from pg_auth_members where member = r.oid order by 1) as may_be
         from pg_roles r where rolname = $1`,
        [name],
      );
    const [stands, real] = [await members(gateway.name), await members('authenticator')];
    expect(stands.rows).toEqual([{ rolinherit: false, rolsuper: false, rolbypassrls: false, may_be: API }]);
    expect(real.rows).toEqual(stands.rows);
  });

  test('it has no right of its own', async () => {
    for (const table of ['public.channels', 'public.plans', 'private.quarantined_rows', 'auth.users'])
      await expect(connection.query(`select * from ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  // That a request could become the service is why no request may bring SQL of its own.
  test.each(API)('it becomes %s', async (role) => {
    expect(await inRequest(`set local role ${role}`)).toBe('done');
  });

  test.each(OTHERS)('it does not become %s', async (role) => {
    expect(await inRequest(`set local role ${role}`)).toBe(`42501 permission denied to set role "${role}"`);
  });

  // On the embedded engine every session is a superuser's underneath, as its connections come from one process.
  onRealServer.each(OTHERS)('nor is it %s from the start', async (role) => {
    const said = await inRequest(`set local session authorization ${role}`);
    expect(said).toMatch(/^42501 permission denied to set session authorization/);
  });

  test('nor does a function of its own with definer rights change the role', async () => {
    const define = `create function pg_temp.become() returns void language plpgsql security definer as $$ begin set local role service_role; end $$`;
    expect(await inRequest(`${define}; select pg_temp.become()`)).toBe(
      '42501 cannot set parameter "role" within security-definer function',
    );
  });

  test('switching row level security off is an error, and no data', async () => {
    const read = `set local row_security = off; select * from ${messages} where user_id = '${people.owner}'`;
    expect(await inRequest(read)).toBe(
      '42501 query would be affected by row-level security policy for table "chat_messages"',
    );
  });
});
