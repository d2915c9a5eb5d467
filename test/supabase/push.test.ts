import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { runHooks } from '../../src/migrations/hooks.ts';
import { fillLegacy } from '../../src/proof/build.ts';
import { freshDatabase, onRealServer, real, type TestDatabase } from '../support/databases.ts';
import { within } from '../support/time-limits.ts';
import { adopt, differencesBetween, migrate, projectUpTo, push, supabase, THREE_RAN } from './support.ts';

const names = readdirSync('supabase/migrations').sort();
const databases: TestDatabase[] = [];

/** A database of its own, which is dropped at the end. */
async function database(fill: (database: TestDatabase) => Promise<unknown>): Promise<TestDatabase> {
  const made = await freshDatabase();
  databases.push(made);
  await fill(made);
  return made;
}

afterAll(() => Promise.all(databases.map((each) => each.drop())));

const legacy = ({ client }: TestDatabase): Promise<void> => fillLegacy(client, config);
const empty = ({ client }: TestDatabase): Promise<void> => runHooks(client);

describe.each([
  ['an empty database', empty],
  ['the legacy database', legacy],
])('%s', (_, fill) => {
  let pushed: TestDatabase;
  let migrated: TestDatabase;

  beforeAll(async () => {
    if (!real) return;
    [pushed, migrated] = await Promise.all([database(fill), database(fill)]);
    await Promise.all([push(pushed.url), migrate(migrated.url)]);
  }, within(120));

  onRealServer('has the same catalogs by a push as by graphile-migrate', async () => {
    expect(await differencesBetween(migrated.url, pushed.url)).toEqual([]);
  });

  onRealServer('has every migration in the list of both sides', async () => {
    const list = await supabase(['migration', 'list', `--remote=${pushed.url}`, '--output-format', 'json']);
    expect(versionsIn(list)).toEqual(names.map((name) => [name.slice(0, 14), name.slice(0, 14)]));
  });

  onRealServer('changes over to graphile-migrate, which has nothing left to run', async () => {
    expect(await adopt(pushed.url)).toMatchObject({ code: 0, output: expect.stringContaining('has run 6 of 6') });
    const { rows } = await pushed.client.query('select filename, hash from graphile_migrate.migrations order by 1');
    expect(rows).toEqual(
      readdirSync('migrations/committed').map((file) => ({
        filename: `${file.slice(0, 6)}.sql`,
        hash: /^--! Hash: (\S+)/m.exec(readFileSync(`migrations/committed/${file}`, 'utf8'))?.[1],
      })),
    );
    await migrate(pushed.url);
    expect(await adopt(pushed.url)).toMatchObject({ code: 0, output: expect.stringContaining('Nothing was written') });
  });

  onRealServer("has no difference for Supabase's own diff afterwards, in either direction", async () => {
    for (const [from, to] of [
      [migrated.url, pushed.url],
      [pushed.url, migrated.url],
    ])
      expect((await supabase(['db', 'diff', `--from=${from}`, `--to=${to}`])).trim()).toBe('');
  });
});

onRealServer(
  'a database that graphile-migrate migrated halfway changes over, and a push does the rest',
  async () => {
    const half = await database(async (made) => {
      await legacy(made);
      const project = await projectUpTo('000003');
      expect(await project.rolecall(['migrate'], { DATABASE_URL: made.url })).toMatchObject(THREE_RAN);
      await project.remove();
    });
    const whole = await database(async (made) => {
      await legacy(made);
      await migrate(made.url);
    });
    const adopted = await adopt(half.url);
    expect(adopted).toMatchObject({ code: 0, output: expect.stringContaining('has run 3 of 6 migrations') });
    await push(half.url);
    expect(await differencesBetween(whole.url, half.url)).toEqual([]);
  },
  within(180),
);

onRealServer(
  'a push that stops within a migration leaves nothing of it, and goes on when it is run again',
  async () => {
    const stopped = await database(legacy);
    await stopped.client.query('create schema private; create table private.quarantined_rows (id int)');
    await expect(push(stopped.url)).rejects.toThrow('redesign_database_schema');
    const { rows } = await stopped.client.query('select version from supabase_migrations.schema_migrations');
    expect(rows.map(({ version }) => version)).toEqual([names[0]?.slice(0, 14)]);
    await stopped.client.query('drop schema private cascade');
    await push(stopped.url);
    const whole = await database(async (made) => {
      await legacy(made);
      await migrate(made.url);
    });
    expect(await differencesBetween(whole.url, stopped.url)).toEqual([]);
  },
  within(180),
);

/** Local and remote version of each line of `migration list`. */
function versionsIn(json: string): [string, string][] {
  const { migrations } = JSON.parse(json) as { migrations: { local: string; remote: string }[] };
  return migrations.map(({ local, remote }) => [local, remote]);
}
