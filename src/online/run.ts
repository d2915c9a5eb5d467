import type pg from 'pg';
import type { Accounting } from '../accounting/settings.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { type CommittedMigration, readCommitted } from '../migrations/committed.ts';
import { runQuietly } from '../migrations/graphile-migrate.ts';
import type { Deviation } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { backfill, catchUp } from './backfill.ts';
import { openCarrySession } from './carry-session.ts';
import { cleanUp } from './clean-up.ts';
import { mustBeSql } from './fragments.ts';
import { buildIndexes } from './indexes.ts';
import { createPrepared } from './prepare.ts';
import { type MoveSections, sectionsOf } from './sections.ts';
import { carrySql } from './session-tables.ts';
import type { OnlinePlan } from './settings.ts';
import { mustBePreparedBy } from './state.ts';
import { type SwitchTimes, switchOver } from './switch.ts';
import { validate } from './validate.ts';

/** A database that is moved, and how. */
export interface MoveInput {
  readonly client: pg.Client;
  readonly urls: ConnectionStrings;
  readonly plan: OnlinePlan;
  readonly accounting: Accounting;
  readonly progress: Progress;
}

/**
 * Creates the new tables, fills them while the database is used, keeps them in step, and accounts for every row and value.
 * Resumes where an earlier run stopped.
 * @returns the deviations; none when the switch may follow
 * @throws OnlineError when plan and committed migrations don't fit, with nothing changed
 */
export async function prepare({ client, urls, plan, accounting, progress }: MoveInput): Promise<readonly Deviation[]> {
  const { migrations, sections } = await readMigrations(plan);
  const sql = await carrySql(client, plan, sections);
  await progress.step('Create the new tables, and track changes of the old ones', () =>
    createPrepared(client, plan, migrations, sections),
  );
  const session = await openCarrySession(client, plan, sql);
  await progress.step('Carry all units in batches', (tell) =>
    backfill(client, plan, session, (unit, carried) => tell(`${carried} × ${unit}`)),
  );
  await progress.step('Build the indexes that carrying does not need', (tell) => buildIndexes(client, plan, tell));
  await progress.step('Carry the changes made meanwhile', () => catchUp(client, session));
  const { deviations } = await progress.step('Account for every row and value', () =>
    validate(client, urls.main, plan, session, accounting),
  );
  return deviations;
}

/**
 * Replaces the old tables with the prepared ones, and removes what only the preparation needed.
 * @throws OnlineError when the database was prepared by other migrations, with nothing changed
 */
export async function switchTables({ client, urls, plan, progress }: MoveInput): Promise<SwitchTimes> {
  const { migrations, sections } = await readMigrations(plan);
  await mustBePreparedBy(client, migrations);
  // Creates graphile-migrate's own table, which records that the migrations have run.
  await runQuietly(['status'], urls).catch(() => {});
  const session = await openCarrySession(client, plan, await carrySql(client, plan, sections));
  const times = await progress.step('Switch', (tell) => switchOver(client, plan, session, migrations, sections, tell));
  await progress.step('Remove what only the preparation needed', () => cleanUp(client));
  return times;
}

async function readMigrations(
  plan: OnlinePlan,
): Promise<{ readonly migrations: readonly CommittedMigration[]; readonly sections: MoveSections }> {
  await mustBeSql(plan);
  const migrations = await readCommitted();
  return { migrations, sections: await sectionsOf(migrations, plan) };
}
