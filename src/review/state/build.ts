import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Config } from '../../config/schema.ts';
import { withClient } from '../../database/connect.ts';
import { isServerError, serverErrorText } from '../../database/error-text.ts';
import { mustBeAbleToMigrate } from '../../database/rights.ts';
import { recreateDatabase } from '../../database/server.ts';
import type { ConnectionStrings } from '../../database/urls.ts';
import { placeIn } from '../../migrations/error-place.ts';
import { migrationFileFindings } from '../../migrations/file-findings.ts';
import { committedMigration, committedMigrations, currentMigration } from '../../migrations/files.ts';
import { readMigrationSettings } from '../../migrations/graphile-migrate.ts';
import { runHooks } from '../../migrations/hooks.ts';
import { type CompiledMigration, runMigration } from '../../migrations/rerun.ts';
import { mayTouchRows } from '../../migrations/rows/may-touch.ts';
import { fillLegacy } from '../../proof/build.ts';
import type { AddedMigration, MigrationFailure } from '../facts.ts';
import { addedMigration } from './added.ts';
import type { StateTask } from './child.ts';

/** The database of a state. */
export interface BuiltState {
  readonly added: readonly AddedMigration[];
  /** Where the migrations stopped: what is there then is what those before it made. */
  readonly failure: MigrationFailure | null;
}

/**
 * Builds the shadow database of the project in the current folder: the committed migrations in their order, then
 * current.sql. Each migration that the base does not have is also run on rows, in a database of its own. Legacy rows are
 * loaded only where one of these may touch rows: nothing else in a review depends on them.
 * @param scratch the database for the rows
 */
export async function buildState(
  urls: ConnectionStrings,
  scratch: string,
  config: Config,
  { added: names }: StateTask,
): Promise<BuiltState> {
  await recreateDatabase(urls.root, urls.shadow);
  const collision = (await migrationFileFindings()).deviations[0];
  if (collision) {
    const { where, seen, fix } = collision;
    return { added: [], failure: { where, why: seen, fix, refusal: 'colliding migrations' } };
  }
  const migrations = await migrationsOf(urls);
  const isAdded = ({ name }: CompiledMigration): boolean => names.includes(name);
  const touching = await Promise.all(migrations.filter(isAdded).map(({ sql }) => mayTouchRows(sql).catch(() => true)));
  await withClient(urls.shadow, (client) => prepare(client, config, touching.includes(true)));
  const added: AddedMigration[] = [];
  for (const migration of migrations) {
    if (isAdded(migration)) added.push(await addedMigration(urls, scratch, config, migration));
    const failure = await withClient(urls.shadow, (client) => run(client, migration));
    if (failure) return { added, failure };
  }
  return { added, failure: null };
}

/** Makes the objects that production has before the migrations; rows only where they are needed. */
async function prepare(client: pg.Client, config: Config, rows: boolean): Promise<void> {
  if (config.legacy && rows) return fillLegacy(client, config);
  await mustBeAbleToMigrate(client, config.database.extensions);
  await runHooks(client, config.legacy?.schema);
}

/** The committed migrations, and current.sql unless it is empty. */
async function migrationsOf(urls: ConnectionStrings): Promise<CompiledMigration[]> {
  const committed = await Promise.all((await committedMigrations()).map((name) => committedMigration(name, urls)));
  const current = await currentMigration(urls);
  return current ? [...committed, current] : committed;
}

async function run(client: pg.Client, migration: CompiledMigration): Promise<MigrationFailure | undefined> {
  let completed = 0;
  const count = (): void => void completed++;
  const { connection } = client as pg.Client & { readonly connection: NodeJS.EventEmitter };
  connection.on('commandComplete', count);
  try {
    await runMigration(client, migration);
    return undefined;
  } catch (error) {
    if (!isServerError(error)) throw error;
    return {
      where: await placeOf(migration, completed, error as { readonly position?: string }),
      why: serverErrorText(error),
      fix: 'Correct the statement. What the report says besides is of the database that the migrations before it make.',
      refusal: 'failing migration',
    };
  } finally {
    connection.off('commandComplete', count);
  }
}

/** The words that runMigration puts before a migration that is one transaction. */
const BEGIN = 'begin;\n';

async function placeOf(
  { name, sql, transaction }: CompiledMigration,
  completed: number,
  { position }: { readonly position?: string },
): Promise<string> {
  const { migrationsFolder } = await readMigrationSettings();
  const path = join(migrationsFolder, name === 'current.sql' ? '' : 'committed', name);
  const text = await readFile(path, 'utf8');
  const before = transaction ? 1 : 0;
  const at = position === undefined ? undefined : String(Number(position) - before * BEGIN.length);
  return placeIn({ name, text }, sql.trimEnd(), completed - before, { position: at });
}
