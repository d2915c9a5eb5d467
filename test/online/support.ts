import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import config from '../../rolecall.config.ts';
import { loadLegacy } from '../../spec/legacy/load.ts';
import { online } from '../../spec/online.ts';
import type { Accounting } from '../../src/accounting/settings.ts';
import { databaseOf } from '../../src/database/urls.ts';
import { readCommitted } from '../../src/migrations/committed.ts';
import { readMigrationSettings } from '../../src/migrations/graphile-migrate.ts';
import { backfill, catchUp } from '../../src/online/backfill.ts';
import { type CarrySession, openCarrySession } from '../../src/online/carry-session.ts';
import { cleanUp } from '../../src/online/clean-up.ts';
import { buildIndexes } from '../../src/online/indexes.ts';
import { createPrepared } from '../../src/online/prepare.ts';
import { sectionsOf } from '../../src/online/sections.ts';
import { carrySql } from '../../src/online/session-tables.ts';
import { type SwitchTimes, switchOver } from '../../src/online/switch.ts';
import { validate } from '../../src/online/validate.ts';
import type { Deviation } from '../../src/report/deviation.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

export const legacy = config.legacy as NonNullable<typeof config.legacy>;

/** What graphile-migrate keeps of itself in a database. */
export const GRAPHILE_MIGRATE = `create schema graphile_migrate; create table graphile_migrate.migrations (
  hash text primary key, previous_hash text references graphile_migrate.migrations, filename text not null, date timestamptz not null default now())`;

/** A legacy database with realistic rows and irregularities, as it is before the migrations. */
export async function legacyDatabase(): Promise<TestDatabase> {
  const database = await freshDatabase();
  const { migrationsFolder, hooks } = await readMigrationSettings();
  for (const file of [...hooks, 'committed/000001-legacy-baseline.sql'])
    await database.client.query(await readFile(join(migrationsFolder, file), 'utf8'));
  await loadLegacy(database.client, { seed: 7, size: 'small', orphans: 2 });
  await database.client.query(GRAPHILE_MIGRATE);
  return database;
}

/** A copy of it. Nobody may be connected to the original meanwhile, so its client is made anew. */
export async function copyOf(database: TestDatabase): Promise<TestDatabase> {
  await database.client.end();
  const copy = await freshDatabase(databaseOf(database.url));
  Object.assign(database, { client: await connected(database.url) });
  return copy;
}

export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Runs `use` with a worker of its own on the database. */
export async function withWorker<T>(
  { url }: Pick<TestDatabase, 'url'>,
  use: (worker: Worker, client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connected(url);
  try {
    return await use(await workerOn(client, url), client);
  } finally {
    await client.end();
  }
}

/** The steps of moving a database while it is used, as the command takes them. */
export interface Worker {
  create(): Promise<void>;
  fill(onProgress?: () => unknown): Promise<void>;
  /** @param accounting how the legacy database is accounted for, unless as the configuration says */
  validate(accounting?: Accounting): Promise<readonly Deviation[]>;
  switchOver(): Promise<SwitchTimes>;
  cleanUp(): Promise<void>;
}

async function workerOn(client: pg.Client, url: string): Promise<Worker> {
  const migrations = await readCommitted();
  const sections = await sectionsOf(migrations, online);
  let session: CarrySession | undefined;
  const open = async (): Promise<CarrySession> => {
    session ??= await openCarrySession(client, online, await carrySql(client, online, sections));
    return session;
  };
  return {
    create: () => createPrepared(client, online, migrations, sections),
    async fill(onProgress: () => unknown = () => {}) {
      const at = await open();
      await backfill(client, online, at, onProgress);
      await buildIndexes(client, online, onProgress);
      await catchUp(client, at);
    },
    validate: async (accounting = legacy) => (await validate(client, url, online, await open(), accounting)).deviations,
    switchOver: async () => switchOver(client, online, await open(), migrations, sections, () => {}),
    cleanUp: () => cleanUp(client),
  };
}

/** The committed migrations, each in a transaction of its own: the other way. */
export async function migrateInWindow({ client }: Pick<TestDatabase, 'client'>): Promise<void> {
  for (const { sql } of await readCommitted()) await client.query(`begin; ${sql}; commit`);
}

/** What stands in every new table, whatever ids were made and whenever it was moved. */
export async function contentsOf({ client }: Pick<TestDatabase, 'client'>): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {};
  const { rows: moved } = await client.query<{ at: string; day: string }>(
    `select to_jsonb(moved_at)::text as at, to_jsonb((moved_at at time zone 'UTC')::date)::text as day
       from private.legacy_moves limit 1`,
  );
  const [{ at = 'never', day = 'never' } = {}] = moved;
  for (const { table, naturalKey } of [...online.targets, { table: online.quarantine, naturalKey: ['id'] }]) {
    // What a made row has of its own: its id and when it was made, and whoever refers to it.
    const made = naturalKey ? ['id', 'created_at', 'plan_started_at', 'quarantined_at'] : [];
    // A trigger says when a row was changed last, and no two databases are changed at once.
    const hidden = [...made, 'transcript_id', 'plan_id', 'updated_at'];
    const { rows } = await client.query<{ row: string }>(
      `select (to_jsonb(t) - $1::text[])::text as row from ${table} t order by 1`,
      [hidden],
    );
    contents[table] = rows.map(({ row }) => row.replaceAll(at, '"the move"').replaceAll(day, '"its day"')).sort();
  }
  return contents;
}
