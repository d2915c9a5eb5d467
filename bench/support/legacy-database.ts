import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { loadLegacy } from '../../spec/legacy/load.ts';
import type { LegacyOptions } from '../../spec/legacy/make.ts';
import type { LegacySize } from '../../spec/legacy/size.ts';
import { withClient } from '../../src/database/connect.ts';
import { databaseExists, recreateDatabase } from '../../src/database/server.ts';
import { withDatabase } from '../../src/database/urls.ts';
import { readMigrationSettings } from '../../src/migrations/graphile-migrate.ts';

/** How much of what weighs a legacy database has; the rest follows. */
export interface Volume {
  readonly chunks: number;
  readonly messages: number;
}

/** What loading waits for longest is indexes: those that no key needs are made when the rows are there. */
const SECONDARY = `
  select pg_get_indexdef(i.indexrelid) as definition, i.indexrelid::regclass::text as name
  from pg_index i join pg_class c on c.oid = i.indrelid
  where c.relnamespace = 'public'::regnamespace and not i.indisunique`;

/**
 * The name of a database with production's schema and so much realistic data. It is made once and kept on the server, to
 * be copied for each run; its name says what it was made from.
 */
export async function legacyTemplate(root: string, volume: Volume, tell: (what: string) => void): Promise<string> {
  const files = await legacyFiles();
  const made = createHash('sha1').update(JSON.stringify(volume)).update(files.join('\n')).digest('hex').slice(0, 8);
  const name = `bench_legacy_${made}`;
  const url = withDatabase(root, name);
  if (await databaseExists(root, url)) return name;
  tell(`a legacy database of ${volume.chunks} chunks and ${volume.messages} messages, kept as ${name}`);
  const building = withDatabase(root, `${name}_building`);
  await recreateDatabase(root, building);
  await withClient(building, (client) => fill(client, files, volume));
  await withClient(root, (client) => client.query(`alter database ${name}_building rename to ${name}`));
  return name;
}

async function fill(client: pg.Client, files: readonly string[], volume: Volume): Promise<void> {
  for (const text of files) await client.query(text);
  const { rows } = await client.query<{ definition: string; name: string }>(SECONDARY);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await loadLegacy(client, madeOf(volume));
  await client.query("set maintenance_work_mem = '512MB'");
  for (const { definition } of rows) await client.query(definition);
  await client.query('vacuum analyze');
}

/** What the database is made of, for whoever needs to know what is in it. */
export function madeOf(volume: Volume): LegacyOptions {
  return { seed: 1, size: sizeOf(volume) };
}

/** The proportions of the measured schema: 30 chunks a video, 20 messages a session, some sessions long. */
function sizeOf({ chunks, messages }: Volume): LegacySize {
  const sessions = Math.ceil(messages / 20.5);
  const users = Math.max(10, Math.ceil(sessions / 10));
  return {
    users,
    channels: Math.max(12, Math.ceil(chunks / 700)),
    videos: Math.ceil(chunks / 22.5),
    chunksPerVideo: 30,
    sessions,
    messagesPerSession: 16,
    followsPerUser: 3,
    publicLimits: Math.ceil(users / 2),
    errorLogs: Math.ceil(users * 2),
  };
}

async function legacyFiles(): Promise<string[]> {
  const { migrationsFolder, hooks } = await readMigrationSettings();
  const files = [...hooks, 'committed/000001-legacy-baseline.sql'];
  return Promise.all(files.map((file) => readFile(join(migrationsFolder, file), 'utf8')));
}
