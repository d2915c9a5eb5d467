import { expect, test } from '@jest/globals';
import type { Config } from '../../src/config/schema.ts';
import { isHostsOwn } from '../../src/proof/hosts-own.ts';
import { compare } from '../../src/structure/compare.ts';
import type { StructureObject } from '../../src/structure/model.ts';
import { parse } from '../../src/structure/text.ts';
import { inWords } from '../../src/structure/words.ts';

const supabase = { supabase: { migrations: 'supabase/migrations' } } as Config;
const objects = (text: string): StructureObject[] => parse(`\`\`\`\n${text}\n\`\`\`\n`) ?? [];

/** What is a difference for a project on Supabase, in words. */
const differences = (checkedIn: string, live: string, config = supabase): string[] =>
  compare(objects(checkedIn), objects(live))
    .filter((one) => !isHostsOwn(config)(one))
    .map((one) => `${inWords(one).where}: ${inWords(one).is}`);

const PLAIN = 'role anon: no inherit';
const HOSTED = `role anon: settings statement_timeout = '3s'
role supabase_storage_admin: no inherit; createrole; login; settings search_path = 'storage'
  member of authenticator
role supabase_admin: superuser; bypassrls
extension pg_stat_statements: in extensions
function extensions.pgrst_ddl_watch(): returns event_trigger; owner supabase_admin
host schema storage: owner supabase_admin
  grant to anon: USAGE
  grant to supabase_storage_admin: ALL
host relation storage.objects: row level security; owner supabase_storage_admin
  grant to anon: SELECT
  grant to dashboard_user: ALL
host relation realtime.subscription: owner supabase_admin
  grant to anon: SELECT
default privileges for tables of supabase_admin in public
  grant to anon: ALL
event trigger pgrst_ddl_watch: event ddl_command_end; function extensions.pgrst_ddl_watch; owner supabase_admin
publication supabase_realtime: operations insert`;

test('what a project on Supabase has by itself is no difference there, and one everywhere else', () => {
  expect(differences(PLAIN, HOSTED)).toEqual([]);
  expect(differences(PLAIN, HOSTED, {} as Config)).toHaveLength(12);
});

test('an object that a plain server has in a schema of Supabase may be owned and used by roles of Supabase there', () => {
  const plain = `host schema auth\nhost relation auth.users: row level security\n  trigger t: AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION private.f()`;
  const hosted = plain
    .replace('schema auth', 'schema auth: owner supabase_admin\n  grant to dashboard_user: ALL')
    .replace('security', 'security; owner supabase_auth_admin');
  expect(differences(plain, `${hosted}\n  grant to supabase_auth_admin: SELECT\n  grant to <migrator>: ALL`)).toEqual(
    [],
  );
  expect(differences(plain, hosted.replaceAll('supabase_auth_admin', 'somebody'))).toHaveLength(1);
  expect(differences(plain, `${hosted}\n  grant to anon: SELECT`)).toHaveLength(1);
});

test('a project without a list of schemas of the host has what is in them as its own kinds', () => {
  const table = `table storage.objects: row level security; owner supabase_storage_admin
  column id: uuid
  trigger t: BEFORE INSERT ON storage.objects FOR EACH ROW EXECUTE FUNCTION storage.f()
  grant to anon: SELECT`;
  const others = `function storage.f(): returns trigger; owner supabase_storage_admin\nenum auth.level: owner supabase_auth_admin`;
  expect(differences(PLAIN, `${PLAIN}\n${table}\n${others}`)).toEqual([]);
  expect(differences(PLAIN, `${PLAIN}\n${table.replace('storage.f()', 'public.f()')}`)).toHaveLength(1);
  expect(differences(PLAIN, `${PLAIN}\n${others.replaceAll(/; owner \w+|: owner \w+/g, '')}`)).toHaveLength(2);
});

const OBJECTS = 'host relation storage.objects: row level security; owner supabase_storage_admin';
const SETTING = "role anon: settings statement_timeout = '3s'";

test.each([
  ['a role of requests that passes by row security', PLAIN, 'role anon: no inherit; bypassrls'],
  ['a role of requests in another role', PLAIN, `${PLAIN}\n  member of supabase_admin`],
  ['a role of requests that may log in', PLAIN, `${PLAIN}; login`],
  ['a role of requests that may make roles', PLAIN, `${PLAIN}; createrole`],
  ['a setting of it that is no limit', PLAIN, "role anon: no inherit; settings session_replication_role = 'replica'"],
  ['a setting after a limit', PLAIN, "role anon: settings a.b = 'x', statement_timeout = '3s'"],
  ['a setting with a name in quotes', PLAIN, `${SETTING}, "request.jwt" = 'x'`],
  ['a setting with a name of other letters', PLAIN, `${SETTING}, a$b.c = 'x'`],
  ['a setting in a text that ends early', PLAIN, `${SETTING}, role =`],
  ["a role of Supabase's that is a superuser now", 'role authenticator: login', 'role authenticator: superuser; login'],
  ["a role of Supabase's that is a superuser from the beginning", PLAIN, `${PLAIN}\nrole dashboard_user: superuser`],
  [
    'the role of logins in the migrating role',
    'role authenticator: login',
    'role authenticator: login\n  member of <migrator>',
  ],
  ['a role of somebody else', PLAIN, `${PLAIN}\nrole somebody: login`],
  ['an extension that the team turned on', PLAIN, `${PLAIN}\nextension pg_cron: in pg_catalog`],
  ['an extension of Supabase in a schema of the project', PLAIN, `${PLAIN}\nextension pgcrypto: in public`],
  ['a policy on a table of Supabase', PLAIN, `${PLAIN}\n${OBJECTS}\n  policy open: for select`],
  [
    'a trigger of the project on a table of Supabase',
    PLAIN,
    `${PLAIN}\n${OBJECTS}\n  trigger t: AFTER INSERT ON storage.objects FOR EACH ROW EXECUTE FUNCTION private.f('EXECUTE FUNCTION storage.f')`,
  ],
  [
    'a rule on a table of Supabase',
    PLAIN,
    `${PLAIN}\n${OBJECTS}\n  rule r: CREATE RULE r AS ON INSERT TO x DO NOTHING`,
  ],
  [
    'a table of Supabase without row level security',
    PLAIN,
    `${PLAIN}\n${OBJECTS.replace(' row level security;', '')}\n  grant to anon: SELECT`,
  ],
  ['a grant that the team made', PLAIN, `${PLAIN}\n${OBJECTS}\n  grant to anon by <migrator>: SELECT`],
  ['a grant to a role of somebody else', PLAIN, `${PLAIN}\n${OBJECTS}\n  grant to somebody: SELECT`],
  ['a view of the team in a schema of Supabase', PLAIN, `${PLAIN}\nhost relation auth.leak\n  grant to anon: SELECT`],
  ['a view that somebody else owns there', PLAIN, `${PLAIN}\nhost relation auth.leak: owner somebody`],
  [
    'a view that Supabase owns there and requests may read',
    PLAIN,
    `${PLAIN}\nhost relation auth.leak: owner supabase_admin\n  grant to anon: SELECT`,
  ],
  ['a schema of Supabase that the team made', PLAIN, `${PLAIN}\nhost schema vault\n  grant to anon: USAGE`],
  [
    'a schema of Supabase in which requests make objects',
    PLAIN,
    `${PLAIN}\nhost schema storage: owner supabase_admin\n  grant to anon: CREATE`,
  ],
  [
    'a function of the team with a name of Supabase',
    PLAIN,
    `${PLAIN}\nfunction extensions.pgrst_ddl_watch(): returns event_trigger; security definer`,
  ],
  [
    'a function with a name that begins so',
    PLAIN,
    `${PLAIN}\nfunction extensions.pgrst_ddl_watch(text): returns text; owner supabase_admin`,
  ],
  [
    'an event trigger with a name of Supabase that calls the team',
    PLAIN,
    `${PLAIN}\nevent trigger pgrst_ddl_watch: event ddl_command_end; function private.watch; owner supabase_admin`,
  ],
  ['a published table', PLAIN, `${PLAIN}\npublication supabase_realtime\n  published table public.videos`],
  ['a publication of everything', PLAIN, `${PLAIN}\npublication supabase_realtime: operations insert; all tables`],
  ['a publication of a schema', PLAIN, `${PLAIN}\npublication supabase_realtime: operations insert; schemas public`],
  [
    "the migrating role's default privileges",
    PLAIN,
    `${PLAIN}\ndefault privileges for tables of <migrator> in public\n  grant to anon: ALL`,
  ],
  [
    "the migrating role's default privileges in a schema with the name of a role",
    PLAIN,
    `${PLAIN}\ndefault privileges for tables of <migrator> in supabase_admin\n  grant to anon: ALL`,
  ],
  ['a schema of the project', PLAIN, `${PLAIN}\nschema public\n  grant to anon: CREATE`],
])('%s is a difference', (_, checkedIn, live) => {
  expect(differences(checkedIn, live)).toHaveLength(1);
});
