import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { committedMigrations } from '../../src/migrations/files.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

/** From here on tables are closed; from there on what is meant is open. */
const [REDESIGN, POLICIES] = ['000002-redesign-database-schema.sql', '000004-update-rls-policies.sql'];

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase();
  await run('hooks/supabase-shim.sql');
});
afterEach(() => database?.drop());

test('each migration leaves a database that works: somebody can sign up, and follow a channel', async () => {
  for (const [place, name] of (await committedMigrations()).entries()) {
    await run(`committed/${name}`);
    const { rows } = await database.client.query<{ id: string }>(
      'insert into auth.users (email) values ($1) returning id',
      [`user${place}@example.com`],
    );
    const youtubeId = name < REDESIGN ? 'channel_id' : 'youtube_channel_id';
    const { rowCount } = await database.client.query(
      `with channel as (
         insert into public.channels (${youtubeId}, channel_name, channel_url) values ($1, 'n', 'u') returning id
       )
       insert into public.user_creators (user_id, channel_id) select $2, id from channel`,
      [`UC${place}`, rows[0]?.id],
    );
    expect([name, rowCount]).toEqual([name, 1]);
  }
});

test('from the redesign on row level security is on everywhere, and nothing is granted before the policies', async () => {
  for (const name of await committedMigrations()) {
    await run(`committed/${name}`);
    if (name < REDESIGN) continue;
    const { rows } = await database.client.query<{ open: string[]; granted: number }>(`
      select coalesce(array_agg(c.relname::text) filter (where not c.relrowsecurity), '{}') as open,
             (count(*) filter (where has_any_column_privilege(r.role, c.oid, 'select, insert, update, references')
                                  or has_table_privilege(r.role, c.oid, 'delete, truncate, trigger')))::int as granted
      from pg_class c
      cross join (values ('anon'), ('authenticated'), ('service_role')) r (role)
      where c.relnamespace::regnamespace::text in ('public', 'private', 'legacy') and c.relkind = 'r'`);
    expect({ name, open: rows[0]?.open }).toEqual({ name, open: [] });
    if (name < POLICIES) expect({ name, granted: rows[0]?.granted }).toEqual({ name, granted: 0 });
    else expect(rows[0]?.granted).toBeGreaterThan(20);
  }
});

test('what was made by hand under the name of something new makes way, is kept, and is closed', async () => {
  await run('committed/000001-legacy-baseline.sql');
  await database.client.query(`
    create type public.app_role as enum ('superuser');
    create table public.user_roles (user_id uuid, role public.app_role);
    insert into public.user_roles values (gen_random_uuid(), 'superuser');
    create table public.saved_answers (id int primary key, text text);
    create schema legacy;
    create view legacy.saved_texts as select text from public.saved_answers;
    insert into public.saved_answers values (1, 'by hand')`);
  for (const name of (await committedMigrations()).slice(1)) await run(`committed/${name}`);
  const { rows } = await database.client.query(`
    select (select role::text from legacy.user_roles) as role, (select text from legacy.saved_answers) as answer,
           (select text from legacy.saved_texts) as text, 'admin'::public.app_role::text as new_role,
           (select count(*)::int from public.saved_answers) as new_answers,
           has_table_privilege('anon', 'legacy.saved_answers', 'select') as open`);
  expect(rows).toEqual([
    { role: 'superuser', answer: 'by hand', text: 'by hand', new_role: 'admin', new_answers: 0, open: false },
  ]);
});

/** Runs a file below migrations as graphile-migrate does: in a transaction of its own. */
async function run(path: string): Promise<void> {
  const sql = await readFile(`migrations/${path}`, 'utf8');
  await database.client.query(`begin;\n${sql}\n;commit;`);
}
