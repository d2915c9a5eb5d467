import type pg from 'pg';
import { account } from '../accounting/account.ts';
import type { Accounting } from '../accounting/settings.ts';
import { withClient } from '../database/connect.ts';
import type { Findings } from '../report/deviation.ts';
import { renameIn } from '../sql/rename.ts';
import { CHANGES_PER_BATCH, catchUp } from './backfill.ts';
import { type CarrySession, inOneState } from './carry-session.ts';
import { withLockTimeout } from './lock-timeout.ts';
import { preparedTable, STATE_SCHEMA } from './names.ts';
import { accountingOfPrepared } from './prepared-accounting.ts';
import { toPrepared } from './renamings.ts';
import { homeOfExtensions } from './session-tables.ts';
import type { OnlinePlan } from './settings.ts';
import { liveTables, stopWriters, WRITERS_LOCK_MS } from './writers.ts';

/**
 * Accounts for every legacy row and value against the prepared tables, in one snapshot of the database in which every change is
 * carried, so that the sums must be equal. Writers are stopped only while that snapshot is taken, not during the account.
 * @param url of the same database, for a second session
 */
export async function validate(
  client: pg.Client,
  url: string,
  plan: OnlinePlan,
  session: CarrySession,
  accounting: Accounting,
): Promise<Findings> {
  const prepared = await accountingOfPrepared(accounting, plan, await homeOfExtensions(client, plan));
  for (const { table } of plan.targets) await client.query(`analyze ${preparedTable(table)}`);
  await withClient(url, (gate) => beginWhereAllIsCarried(client, gate, plan, session));
  try {
    // No two rows are alike, so that memoizing the outcome of one costs time and is never used.
    await client.query('set local enable_seqscan = on; set local enable_memoize = off');
    await client.query(`update ${STATE_SCHEMA}.state set validated_at = null`);
    const { differences, findings } = await account(client, prepared);
    // Columns that are not mapped stay in the old tables: no reason not to switch.
    const deviations = differences.length > 0 ? findings.deviations.slice(-differences.length) : [];
    if (deviations.length === 0) await client.query(`update ${STATE_SCHEMA}.state set validated_at = now()`);
    await client.query('commit');
    return { ...findings, deviations };
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/**
 * Begins a transaction that sees a state without pending changes. The last changes are carried and
 * committed before it: otherwise every session that changes the same rows, such as that of a user who deletes the account,
 * would wait for the end of the transaction.
 * @param gate a session that stops writers meanwhile
 */
async function beginWhereAllIsCarried(
  client: pg.Client,
  gate: pg.Client,
  plan: OnlinePlan,
  session: CarrySession,
): Promise<void> {
  const live = await liveTables(client, plan);
  await withLockTimeout(
    gate,
    WRITERS_LOCK_MS,
    async () => {
      await stopWriters(gate, plan, live);
      await inOneState(client, async () => {
        for (;;) if ((await session.carryChanges(CHANGES_PER_BATCH)) === 0) break;
        await session.tidy();
        await client.query('set local enable_seqscan = on');
        await recount(client, plan);
      });
      // A transaction begins to see with its first query.
      await client.query('begin isolation level repeatable read; select');
    },
    () => catchUp(client, session),
  );
}

/** Counts what is counted over all rows. */
export async function recount(client: pg.Client, plan: OnlinePlan): Promise<void> {
  for (const sql of plan.recount) await client.query(await renameIn(sql, toPrepared(plan)));
}
