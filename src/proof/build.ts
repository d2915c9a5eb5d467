import type pg from 'pg';
import { personasOf } from '../access/personas.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { mustBeAbleToActAs, mustBeAbleToMigrate } from '../database/rights.ts';
import { recreateDatabase } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { runQuietly } from '../migrations/graphile-migrate.ts';
import { runHooks } from '../migrations/hooks.ts';

/**
 * Recreates the shadow database as production is before the migrations: the objects of a hosted server (the hooks), the
 * legacy schema, and legacy rows.
 */
export async function buildLegacy(urls: ConnectionStrings, config: Config): Promise<void> {
  await recreateDatabase(urls.root, urls.shadow);
  await withClient(urls.shadow, (client) => fillLegacy(client, config));
}

/**
 * Gives an empty database what production has before the migrations.
 * @throws DatabaseError, before it begins, when the role of this connection may not do what migrations need
 */
export async function fillLegacy(client: pg.Client, config: Config): Promise<void> {
  const { database, legacy } = config;
  await mustBeAbleToMigrate(client, database.extensions);
  await mustBeAbleToActAs(client, actingRoles(config));
  if (!legacy) return;
  await runHooks(client, legacy.schema);
  await legacy.load(client);
}

/** The roles as which a proof asks. */
export const actingRoles = (config: Config): string[] => [
  ...new Set([...config.roles, ...Object.values(personasOf(config)).map(({ role }) => role)]),
];

/** Runs the committed migrations and current.sql on the shadow database. */
export async function migrateShadow(urls: ConnectionStrings): Promise<void> {
  await runQuietly(['watch', '--once', '--shadow'], urls);
}

/** Runs what the main database does not have yet, and current.sql. */
export async function migrateMain(urls: ConnectionStrings): Promise<void> {
  await runQuietly(['watch', '--once'], urls);
}
