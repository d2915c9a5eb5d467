import type { Node } from 'libpg-query';
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
import type { Deviation } from '../../report/deviation.ts';
import { parseStatements } from '../../sql/statements.ts';
import type { AddedMigration } from '../facts.ts';
import { irreversibleIn, renamingsIn } from './statements.ts';

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
  const { rows, offences } = await withClient(scratch, async (client) => {
    await client.query('begin');
    await plantWorld(client, config.world);
    await client.query('commit');
    const measured: RowsMeasured | undefined = touchesRows
      ? await measureRows(client, migration)
      : await runMigration(client, migration).then(
          () => declaredWithoutNeed(migration),
          () => undefined,
        );
    // One that does not run once is told when it runs on the database itself.
    if (!measured) return { rows: { deviations: [], lines: [] }, offences: [] };
    const fails = measured.deviations.some(({ where }) => where === name);
    const rerun = fails ? [] : (await proveRerunnable(client, migration, config.world)).deviations;
    return { rows: measured, offences: [...(await sessionDeviations(migration)), ...rerun] satisfies Deviation[] };
  });
  return {
    file: name,
    current: name === 'current.sql',
    renamings: renamingsIn(trees),
    irreversible: irreversibleIn(trees),
    declarations: declarationsIn(sql).map(({ written }) => written),
    touchesRows,
    rows: rows.lines,
    losses: rows.deviations,
    offences,
  };
}
