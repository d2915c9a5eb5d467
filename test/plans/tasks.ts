import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { Config } from '../../src/config/define.ts';
import { type PlansProof, provePlans } from '../../src/plans/prove.ts';
import type { Size } from '../../src/plans/settings.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

/** A database that is not ChannelChat's: whose tasks are in whose lists. */
const SCHEMA = (role: string) => `
  create schema app;
  grant usage on schema app to ${role};
  create function app.me() returns int language plpgsql stable as $$ begin return current_setting('app.me', true)::int; end $$;
  create table app.lists (id int primary key, user_id int not null);
  create index idx_lists_user_id on app.lists (user_id);
  create table app.tasks (id int primary key, list_id int not null references app.lists on delete cascade, user_id int not null, done_at timestamptz);
  create index idx_tasks_list_id on app.tasks (list_id);
  create index idx_tasks_user_id_done_at on app.tasks (user_id, done_at desc);
  alter table app.tasks enable row level security;
  create policy "Users can view their own tasks" on app.tasks to ${role} using (user_id = (select app.me()));
  grant select, insert, update, delete on app.lists, app.tasks to ${role};
  insert into app.lists select i, i % 2 from generate_series(1, 4) i;
  insert into app.tasks select i, 1 + i % 4, i % 2, now() from generate_series(1, 40) i;
  analyze app.lists, app.tasks;`;

export const MINE = `-- What somebody did last.
-- persona: somebody
-- index: idx_tasks_user_id_done_at
-- order: index
-- pages: 20
select id from app.tasks order by done_at desc limit 20;

-- without row security:
select id from app.tasks where user_id = (select app.me()) order by done_at desc limit 20;
`;

export const OF_A_LIST = `-- What is in a list.
-- persona: somebody
-- parameters: list_id int
-- typical: select list_id from app.tasks limit 1
-- heavy: select list_id from app.tasks group by list_id order by count(*) desc limit 1
-- pages: 20
select id from app.tasks where list_id = $1;
`;

export const MY_LISTS = `-- Somebody's lists.
-- persona: somebody
-- index: idx_lists_user_id
-- pages: 5
select id from app.lists where user_id = (select app.me());
`;

export interface Tasks {
  readonly client: pg.Client;
  readonly role: string;
  readonly url: string;
  /** Plans these queries, by their names. */
  prove(
    queries: Readonly<Record<string, string>>,
    changes?: Partial<NonNullable<Config['queries']>>,
    url?: string,
  ): Promise<PlansProof>;
  drop(): Promise<void>;
}

const sizes: Record<string, Size> = {
  'app.lists': { rows: 1_000_000, columns: { user_id: { distinct: 200_000 } } },
  'app.tasks': {
    rows: 50_000_000,
    columns: { user_id: { distinct: 200_000 }, done_at: { distinct: 50_000_000, range: { days: [-365, 0] } } },
  },
};

export async function tasksDatabase(): Promise<Tasks> {
  const database: TestDatabase = await freshDatabase();
  const role = await freshRole('login');
  await database.client.query(SCHEMA(role.name));
  const { rows } = await database.client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  const planner = rows[0]?.major ?? 0;
  return {
    client: database.client,
    role: role.name,
    url: database.url,
    async prove(queries, changes = {}, url = database.url) {
      const folder = await mkdtemp(join(tmpdir(), 'rolecall-queries-'));
      for (const [name, text] of Object.entries(queries)) await writeFile(join(folder, `${name}.sql`), text);
      const config = {
        personas: { somebody: { role: role.name, settings: { 'app.me': '1' } } },
        world: [],
      } as unknown as Config;
      try {
        return await provePlans(url, config, {
          folder,
          sizes,
          planner,
          schemas: ['app'],
          exempt: [],
          ...changes,
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    async drop() {
      await database.drop();
      await role.drop();
    },
  };
}
