import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { withClient } from '../../src/database/connect.ts';
import { DatabaseError } from '../../src/database/error.ts';
import { recreateDatabase } from '../../src/database/server.ts';
import { withDatabase } from '../../src/database/urls.ts';
import { readMigrationSettings, runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { ROOT } from '../support/project.ts';
import { loadScale } from './load.ts';
import type { Scale } from './scale.ts';

/** The two databases of one size: the same rows in the old and in the new schema. */
export interface Pair {
  readonly scale: Scale;
  readonly legacy: string;
  readonly target: string;
}

/** What is made from other files than these is made anew. */
const LEGACY_SOURCES = [
  'migrations/hooks',
  'migrations/committed/000001-legacy-baseline.sql',
  ...['binary-copy', 'content', 'heavy', 'load', 'scale', 'vectors'].map((name) => `bench/data/${name}.ts`),
];
const NEW_TABLES = 'bench/target/new-tables.sql';
const TARGET_SOURCES = [...LEGACY_SOURCES, 'migrations/committed', NEW_TABLES];

/** For building indexes on embeddings, in MB: with less than a kilobyte a chunk, most of a large one is built row by row. */
const buildMemory = ({ chunks }: Scale): number => Math.max(1_000, Math.ceil((chunks * 2) / 1_000));

/**
 * The databases of a size; they stay, and are made anew when what they were made from has changed. The target is a copy
 * of the legacy database after the committed migrations, without the old tables.
 * @throws DatabaseError when the server is none on which they can be made
 */
export async function preparePair(root: string, scale: Scale, tell: (what: string) => void): Promise<Pair> {
  const name = `bench_${scale.name.toLowerCase()}`;
  const pair = { scale, legacy: withDatabase(root, `${name}_legacy`), target: withDatabase(root, name) };
  const mayBuild = (url: string) =>
    `${url}?options=${encodeURIComponent(`-c maintenance_work_mem=${buildMemory(scale)}MB`)}`;
  await withClient(root, async (client) => {
    await requireSuperuser(client);
    await unlessMarked(client, `${name}_legacy`, LEGACY_SOURCES, async () => {
      await recreateDatabase(root, pair.legacy);
      await withClient(mayBuild(pair.legacy), (legacy) => fillLegacy(legacy, scale, tell));
    });
    await unlessMarked(client, name, TARGET_SOURCES, async () => {
      tell(`${name}: copy of the legacy database`);
      await recreateDatabase(root, pair.target, pair.legacy);
      await migrate(root, mayBuild(pair.target), tell);
    });
  });
  return pair;
}

async function fillLegacy(client: pg.Client, scale: Scale, tell: (what: string) => void): Promise<void> {
  const { migrationsFolder, hooks } = await readMigrationSettings();
  for (const file of [...hooks, 'committed/000001-legacy-baseline.sql'])
    await client.query(await readFile(join(migrationsFolder, file), 'utf8'));
  // Rows that were made to fit need neither keys nor triggers to say so.
  await client.query(`set session_replication_role = replica`);
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam where amname = 'ivfflat'`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await loadScale(client, scale, (table, megabytes) => tell(`legacy, ${scale.name}: ${table}, ${megabytes} MB sent`));
  for (const { name, definition } of rows) {
    tell(`legacy, ${scale.name}: index ${name}`);
    await client.query(definition);
  }
  tell(`legacy, ${scale.name}: vacuum, analyze`);
  await client.query('vacuum (analyze)');
}

async function migrate(root: string, target: string, tell: (what: string) => void): Promise<void> {
  tell('target: migrations');
  await runQuietly(['migrate'], { main: target, shadow: target, root });
  tell('target: vacuum, analyze');
  await withClient(target, async (client) => {
    await client.query('drop schema if exists legacy cascade');
    await client.query(await readFile(join(ROOT, NEW_TABLES), 'utf8'));
    await client.query('vacuum (analyze)');
  });
}

/** Makes a database unless it says of itself that it was made from the files as they are; it says so once it is made. */
async function unlessMarked(
  client: pg.Client,
  name: string,
  sources: readonly string[],
  make: () => Promise<void>,
): Promise<void> {
  const mark = `rolecall's benchmark: ${await digest(sources)}`;
  const { rows } = await client.query<{ mark: string | null }>(
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = $1`,
    [name],
  );
  if (rows[0]?.mark === mark) return;
  if (rows[0] && !rows[0].mark?.startsWith("rolecall's benchmark: "))
    throw new DatabaseError(`There is a database ${name} that no benchmark made. Rename it, or name another server.`);
  const began = "rolecall's benchmark: unfinished";
  await make().catch(async (error) => {
    await writeMark(client, name, began).catch(() => {});
    throw error;
  });
  await writeMark(client, name, mark);
}

async function writeMark(client: pg.Client, name: string, mark: string): Promise<void> {
  await client.query(`comment on database ${pg.escapeIdentifier(name)} is ${pg.escapeLiteral(mark)}`);
}

async function digest(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) for (const text of await textsOf(join(ROOT, source))) hash.update(text);
  return hash.digest('hex').slice(0, 16);
}

async function textsOf(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [await readFile(path, 'utf8')];
  const names = (await readdir(path)).toSorted();
  return (await Promise.all(names.map((name) => textsOf(join(path, name))))).flat();
}

async function requireSuperuser(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ super: boolean }>(
    'select rolsuper as super from pg_roles where rolname = current_user',
  );
  if (rows[0]?.super) return;
  throw new DatabaseError(
    'The benchmark loads without checking keys and runs as several roles, so it needs a superuser. Name a server of your own in DATABASE_URL.',
  );
}
