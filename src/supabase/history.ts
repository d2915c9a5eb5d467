import type pg from 'pg';
import { parseStatements } from '../sql/statements.ts';
import { SupabaseError } from './error.ts';
import type { ExportedFile } from './export.ts';
import { versionIn, wordsIn } from './names.ts';

/** Both histories of the migrations of a database. */
export interface Histories {
  /** Number → hash, as graphile-migrate records them. */
  readonly graphile: ReadonlyMap<string, string>;
  /** The versions that Supabase's command line has recorded. */
  readonly supabase: ReadonlySet<string>;
}

/** How many migrations each history has been given. */
export interface Recorded {
  readonly graphile: readonly string[];
  readonly supabase: readonly string[];
}

/** Reads both histories; one that is not there is empty. */
export async function readHistories(client: pg.Client): Promise<Histories> {
  return {
    graphile: new Map(
      (await rowsOf(client, 'graphile_migrate.migrations', 'filename, hash')).map(({ filename, hash }) => [
        String(filename).replace(/^(\d+).*/, '$1.sql'),
        String(hash),
      ]),
    ),
    supabase: new Set(
      (await rowsOf(client, 'supabase_migrations.schema_migrations', 'version')).map(({ version }) => String(version)),
    ),
  };
}

async function rowsOf(client: pg.Client, table: string, columns: string): Promise<Record<string, unknown>[]> {
  const { rows } = await client.query('select to_regclass($1) as found', [table]);
  return rows[0]?.found ? (await client.query(`select ${columns} from ${table}`)).rows : [];
}

/**
 * How many of the files a database has run, where its catalogs leave that open because some migrations change rows alone:
 * what the longer history says, if the catalogs agree; otherwise the fewest, since a migration can run again.
 * @param counts the numbers that the catalogs allow, in their order
 */
export function chosenCount(
  { graphile, supabase }: Histories,
  files: readonly ExportedFile[],
  counts: readonly [number, ...number[]],
): number {
  const recorded = files.findLastIndex(
    ({ migration, name }) => graphile.get(migration.filename) === migration.hash || supabase.has(versionIn(name) ?? ''),
  );
  return counts.find((count) => count === recorded + 1) ?? counts[0];
}

/**
 * Why a database that has run so many of the files can't be recorded so; undefined when its histories do not contradict it.
 * @param count how many of the files its catalogs show
 */
export function contradiction(
  { graphile, supabase }: Histories,
  files: readonly ExportedFile[],
  count: number,
): string | undefined {
  const [ran, toCome] = [files.slice(0, count), files.slice(count)];
  for (const { migration } of ran) {
    const hash = graphile.get(migration.filename);
    if (hash !== undefined && hash !== migration.hash)
      return `graphile_migrate.migrations has another version of ${migration.file} (${hash}) than the one that is committed (${migration.hash}).`;
  }
  const ahead = toCome.find(
    ({ migration, name }) => graphile.has(migration.filename) || supabase.has(versionIn(name) ?? ''),
  );
  if (ahead) return `a history says that ${ahead.migration.file} has run, and the catalogs are those before it.`;
  const known = new Set(files.map(({ name }) => versionIn(name)));
  const stranger = [...supabase].find((version) => !known.has(version));
  if (stranger !== undefined)
    return `supabase_migrations.schema_migrations has version ${stranger}, which is of no committed migration. Commit what it did as a migration, and run \`supabase migration repair --status reverted ${stranger}\`.`;
  const numbers = new Set(files.map(({ migration }) => migration.filename));
  const other = [...graphile.keys()].find((filename) => !numbers.has(filename));
  return other && `graphile_migrate.migrations has ${other}, which is no committed migration.`;
}

/** As graphile-migrate creates them, so that it takes them for its own. */
const GRAPHILE_TABLES = `
create schema if not exists graphile_migrate;
create table if not exists graphile_migrate.migrations (
  hash text primary key,
  previous_hash text references graphile_migrate.migrations,
  filename text not null,
  date timestamptz not null default now()
);
create table if not exists graphile_migrate.current (
  filename text primary key default 'current.sql',
  content text not null,
  date timestamptz not null default now()
);`;

/** As Supabase's command line creates them. */
const SUPABASE_TABLES = `
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;`;

/**
 * Records in both histories that a database has run these files, in the transaction that is open. What is recorded stays as it is.
 * @throws SupabaseError when another session recorded something else meanwhile
 */
export async function record(client: pg.Client, files: readonly ExportedFile[], before: Histories): Promise<Recorded> {
  if (files.length === 0) return { graphile: [], supabase: [] };
  await client.query(`${GRAPHILE_TABLES}${SUPABASE_TABLES}`);
  await client.query(
    'lock table graphile_migrate.migrations, supabase_migrations.schema_migrations in share row exclusive mode',
  );
  const now = await readHistories(client);
  if (now.graphile.size !== before.graphile.size || now.supabase.size !== before.supabase.size)
    throw new SupabaseError(
      'Another session ran or recorded a migration meanwhile. Nothing was written; run it again.',
    );
  const [graphile, supabase]: [string[], string[]] = [[], []];
  for (const { name, text, migration } of files) {
    const { filename, hash, previous } = migration;
    if (!now.graphile.has(filename)) {
      await client.query(
        'insert into graphile_migrate.migrations (hash, previous_hash, filename) values ($1, $2, $3)',
        [hash, previous, filename],
      );
      graphile.push(filename);
    }
    const version = versionIn(name) ?? '';
    if (now.supabase.has(version)) continue;
    await client.query(
      'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
      [version, wordsIn(name), (await parseStatements(text)).map(({ sql }) => sql)],
    );
    supabase.push(version);
  }
  return { graphile, supabase };
}
