import type { Node } from 'libpg-query';
import type pg from 'pg';
import { plantWorld } from '../../access/seed.ts';
import type { Config } from '../../config/schema.ts';
import { withClient } from '../../database/connect.ts';
import { recreateDatabase } from '../../database/server.ts';
import type { ConnectionStrings } from '../../database/urls.ts';
import { type CompiledMigration, proveRerunnable, runMigration } from '../../migrations/rerun.ts';
import { declarationsIn } from '../../migrations/rows/declarations.ts';
import { mayTouchRows } from '../../migrations/rows/may-touch.ts';
import { declaredWithoutNeed, measureRows, type RowsMeasured } from '../../migrations/rows/measure.ts';
import { sessionDeviations } from '../../migrations/session/deviations.ts';
import { parseStatements } from '../../sql/statements.ts';
import type { AddedMigration } from '../facts.ts';
import { readNames, renamingsBetween } from './renames.ts';
import { irreversibleIn } from './statements.ts';

/**
 * Runs a migration that the base does not have on a copy of the database before it, with the rows of the world and legacy
 * rows, and then twice more.
 * @param scratch the copy, which is left for whoever drops it
 */
export async function addedMigration(
  urls: ConnectionStrings,
  scratch: string,
  config: Config,
  migration: CompiledMigration,
): Promise<AddedMigration> {
  const { name, sql } = migration;
  const trees = await parseStatements(sql).then(
    (statements): Node[] => statements.map(({ tree }) => tree),
    // The server says it with its place, when the migration is run.
    (): Node[] => [],
  );
  const touchesRows = await mayTouchRows(sql).catch(() => true);
  await recreateDatabase(urls.root, scratch, urls.shadow);
  const { measured, names } = await withClient(scratch, async (client) => {
    await client.query('begin');
    await plantWorld(client, config.world);
    await client.query('commit');
    return { names: await readNames(client), measured: await runOnRows(client, migration, touchesRows) };
  });
  const ran = measured && !measured.deviations.some(({ where }) => where === name);
  // Another session: the migration may have left that one changed.
  const after = ran
    ? await withClient(scratch, async (client) => ({
        renamings: renamingsBetween(names, await readNames(client)),
        offences: [
          ...(await sessionDeviations(migration)),
          ...(await proveRerunnable(client, migration, config.world)).deviations,
        ],
      }))
    : { renamings: [], offences: [] };
  return {
    file: name,
    current: name === 'current.sql',
    irreversible: irreversibleIn(trees),
    declarations: declarationsIn(sql).map(({ written }) => written),
    touchesRows,
    rows: measured?.lines ?? [],
    losses: measured?.deviations ?? [],
    ...after,
  };
}

/** @returns undefined where it does not run once: that is told when it runs on the database itself */
function runOnRows(
  client: pg.Client,
  migration: CompiledMigration,
  touchesRows: boolean,
): Promise<RowsMeasured | undefined> {
  if (touchesRows) return measureRows(client, migration);
  return runMigration(client, migration).then(
    () => declaredWithoutNeed(migration),
    () => undefined,
  );
}
