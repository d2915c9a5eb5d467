// What docs/graphql.md says that pg_graphql shows is derived from the catalogs, by the rules of its documentation.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

const page = readFileSync('docs/graphql.md', 'utf8');

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database?.drop());

const rowsOf = async <T>(sql: string): Promise<T[]> => (await database.client.query(sql)).rows;

/** Its rules for functions: no record, no void, no enum, no row as an argument, no name twice, and each argument named. */
const SHOWN = `
  f.prorettype not in ('record'::regtype, 'void'::regtype) and result.typtype <> 'e' and f.provariadic = 0
    and not exists (
      select from unnest(f.proargtypes) given join pg_type t on t.oid = given
      left join pg_type element on element.oid = t.typelem and t.typcategory = 'A'
      where coalesce(element.typtype, t.typtype) in ('e', 'c')
    )
    and not exists (select from pg_proc other where other.pronamespace = f.pronamespace and other.proname = f.proname and other.oid <> f.oid)
    and (f.pronargs = 0 or array_position(f.proargnames[1:f.pronargs], '') is null and f.proargnames is not null)`;

/** A function of one row of a table is a field of that table's type. */
const OF_A_ROW = `f.pronargs = 1 and exists (select from pg_type t where t.oid = f.proargtypes[0] and t.typtype = 'c')`;

const FUNCTIONS = `
  select r.rolname as role, count(*)::int as executes, array_agg(f.proname::text order by f.proname) filter (where ${SHOWN}) as shown
  from pg_proc f join pg_type result on result.oid = f.prorettype
  join pg_roles r on has_function_privilege(r.oid, f.oid, 'execute')
  where f.pronamespace = 'public'::regnamespace and f.prokind = 'f' and f.prorettype <> 'trigger'::regtype
    and r.rolname = any (array['${config.roles.join("', '")}'])
    and not exists (select from pg_depend where objid = f.oid and deptype = 'e')
    and not (${OF_A_ROW})
  group by 1`;

test('of the functions that a role executes it shows those that the page lists', async () => {
  const found = await rowsOf<{ role: string; executes: number; shown: string[] }>(FUNCTIONS);
  for (const role of config.roles) {
    const { executes = 0, shown = [] } = found.find((one) => one.role === role) ?? {};
    const [, said, names = ''] = new RegExp(`^\\| ${role} +\\| +(\\d+) \\|(.*)\\|$`, 'm').exec(page) ?? [];
    expect({ role, executes: Number(said), shown: names.match(/(?<=`)\w+(?=`)/g) ?? [] }).toEqual({
      role,
      executes,
      shown,
    });
  }
});

test('the functions of a row, which are fields there, are those that the page names', async () => {
  const found = await rowsOf<{ name: string }>(
    `select f.oid::regprocedure::text as name from pg_proc f where f.pronamespace = 'public'::regnamespace and ${OF_A_ROW} order by 1`,
  );
  expect(found.map(({ name }) => name)).toEqual([
    'channels(transcript_chunks)',
    'channels(transcripts)',
    'videos(transcript_chunks)',
  ]);
  for (const { name } of found) expect(page).toContain(`\`${name}\``);
});

test('every table has a primary key, there is no view to name one for, and no directive anywhere', async () => {
  const keyless = `select oid::regclass::text from pg_class c where relnamespace = 'public'::regnamespace and (relkind in ('v', 'm', 'f')
    or relkind in ('r', 'p') and not exists (select from pg_constraint where conrelid = c.oid and contype = 'p'))`;
  expect(await rowsOf(keyless)).toEqual([]);
  expect(
    await rowsOf(
      `select description from pg_description where description ~ '@graphql' and (objoid >= 16384 or objoid = 'public'::regnamespace)`,
    ),
  ).toEqual([]);
});

test('a role sees as many tables as the page says', async () => {
  const tables = `select rolname as role, count(c.oid)::int as tables from pg_roles r left join pg_class c
    on c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_any_column_privilege(r.oid, c.oid, 'select')
    where rolname in ('anon', 'authenticated', 'service_role') group by 1 order by 1`;
  expect(page).toContain('3 for anon, 20 for the others');
  expect(await rowsOf(tables)).toEqual([
    { role: 'anon', tables: 3 },
    { role: 'authenticated', tables: 20 },
    { role: 'service_role', tables: 20 },
  ]);
});
