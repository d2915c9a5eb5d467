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
extension pg_stat_statements: in extensions
host schema storage
  grant to anon: USAGE
host relation storage.objects: row level security
  grant to anon: SELECT
default privileges for tables of supabase_admin in public
  grant to anon: ALL
event trigger pgrst_ddl_watch: event ddl_command_end; function extensions.pgrst_ddl_watch; owner supabase_admin
publication supabase_realtime: operations insert`;

test('what a project on Supabase has by itself is no difference there, and one everywhere else', () => {
  expect(differences(PLAIN, HOSTED)).toEqual([]);
  expect(differences(PLAIN, HOSTED, {} as Config)).toHaveLength(9);
});

test.each([
  ['a role of requests that passes by row security', PLAIN, 'role anon: no inherit; bypassrls'],
  ['a role of requests in another role', PLAIN, `${PLAIN}\n  member of supabase_admin`],
  ['a setting of it that is no limit', PLAIN, "role anon: no inherit; settings session_replication_role = 'replica'"],
  ['a setting after a limit', PLAIN, "role anon: settings a.b = 'x', statement_timeout = '3s'"],
  ["a role of Supabase's that is a superuser now", 'role authenticator: login', 'role authenticator: superuser; login'],
  ['a role of somebody else', PLAIN, `${PLAIN}\nrole somebody: login`],
  ['an extension that the team turned on', PLAIN, `${PLAIN}\nextension pg_cron: in pg_catalog`],
  ['a policy on a table of Supabase', PLAIN, `${PLAIN}\nhost relation storage.objects\n  policy open: for select`],
  ['a published table', PLAIN, `${PLAIN}\npublication supabase_realtime\n  published table public.videos`],
  [
    "the migrating role's default privileges",
    PLAIN,
    `${PLAIN}\ndefault privileges for tables of <migrator> in public\n  grant to anon: ALL`,
  ],
  ['a schema of the project', PLAIN, `${PLAIN}\nschema public\n  grant to anon: CREATE`],
])('%s is a difference', (_, checkedIn, live) => {
  expect(differences(checkedIn, live)).toHaveLength(1);
});
