// What an advisor for Supabase reports of old tables: policies that ask for each row, several for one command, functions with a
// changeable search_path, and functions that name what is no longer there. In schema legacy there is nothing of the kind.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';
import { legacyTemplate, migrate } from '../../support/legacy.ts';
import { additions } from './drift/additions.ts';
import { BASE } from './drift/base.ts';
import { keys } from './drift/keys.ts';
import { known } from './drift/known.ts';
import { unknown } from './drift/unknown.ts';
import { narrower, values } from './drift/values.ts';

let template: Awaited<ReturnType<typeof legacyTemplate>>;
beforeAll(async () => {
  template = await legacyTemplate(BASE);
});
afterAll(() => template?.drop());

const LEFT_OVER = `
  select 'policy ' || polname || ' on ' || polrelid::regclass as object from pg_policy
    join pg_class on pg_class.oid = polrelid where relnamespace = 'legacy'::regnamespace
  union all select 'trigger ' || tgname || ' on ' || tgrelid::regclass from pg_trigger
    join pg_class on pg_class.oid = tgrelid where relnamespace = 'legacy'::regnamespace and not tgisinternal
  union all select 'function ' || oid::regprocedure || ' ' || coalesce(array_to_string(proconfig, ','), 'as the caller')
    from pg_proc where pronamespace = 'legacy'::regnamespace
  order by 1`;

async function leftOver(sql: string): Promise<string[]> {
  const database: TestDatabase = await freshDatabase(template.name);
  try {
    await database.client.query(sql);
    await migrate(database);
    const { rows } = await database.client.query<{ object: string }>(LEFT_OVER);
    return rows.map(({ object }) => object);
  } finally {
    await database.drop();
  }
}

test('schema legacy has no policy, trigger or function', async () => {
  expect(await leftOver('')).toEqual([]);
});

test('nor with everything that somebody may have added, but for a function that a table which stays calls', async () => {
  const all = { ...values, ...known, ...narrower, ...unknown, ...keys, ...additions };
  expect(
    await leftOver(
      Object.values(all)
        .map(({ sql }) => sql)
        .join(';\n'),
    ),
  ).toEqual(['function legacy.update_updated_at_column() search_path=public, pg_temp']);
});

test('an account is deleted with its old rows, also where a trigger of the old tables would refuse that', async () => {
  const database = await freshDatabase(template.name);
  try {
    const { client } = database;
    await client.query(`
      create function public.stop_it() returns trigger language plpgsql as $$ begin raise exception 'stopped'; end $$;
      create trigger stop_it before delete on public.user_usage for each row execute function public.stop_it();`);
    await migrate(database);
    await client.query("delete from auth.users where email = 'user@example.com'");
    const { rows } = await client.query(
      "select count(*)::int as left from legacy.user_usage where id = md5('usage')::uuid",
    );
    expect(rows).toEqual([{ left: 0 }]);
  } finally {
    await database.drop();
  }
});
