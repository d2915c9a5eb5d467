import type pg from 'pg';
import { account } from '../accounting/account.ts';
import type { Accounting } from '../accounting/settings.ts';
import { withClient } from '../database/connect.ts';
import type { Findings } from '../report/deviation.ts';
import { catchUp, NOTES } from './backfill.ts';
import { homeOfExtensions } from './carry.ts';
import { asWaiting, BOOKS, FULL } from './names.ts';
import { patiently } from './patience.ts';
import type { OnlinePlan } from './plan.ts';
import { inOneState, type Workshop } from './workshop.ts';
import { liveTables, stopWriters, WRITERS } from './writers.ts';

/**
 * Accounts for every legacy row and value against what waits, in one state of the database in which everything that was
 * noted is carried, so that the sums meet exactly, or something is wrong. Writers are stopped for the moment in which that
 * state comes to be, and by nothing that the account does.
 * @param url of the same database, for a second session
 */
export async function validate(
  client: pg.Client,
  url: string,
  plan: OnlinePlan,
  shop: Workshop,
  accounting: Accounting,
): Promise<Findings> {
  const home = await homeOfExtensions(client, plan);
  for (const { table } of plan.targets) await client.query(`analyze prepared_${table}`);
  await withClient(url, (gate) => beginWhereAllIsCarried(client, gate, plan, shop));
  try {
    // No two rows are alike, so that remembering what was made of one costs and never gives.
    await client.query('set local enable_seqscan = on; set local enable_memoize = off');
    await client.query(`update ${BOOKS}.state set validated_at = null`);
    const { differences, findings } = await account(client, asPrepared(accounting, plan, home));
    // Columns that nobody here knows are kept in the old tables: no reason not to switch.
    const deviations = differences.length > 0 ? findings.deviations.slice(-differences.length) : [];
    if (deviations.length === 0) await client.query(`update ${BOOKS}.state set validated_at = now()`);
    await client.query('commit');
    return { ...findings, deviations };
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/**
 * Begins a transaction that sees a state in which nothing is noted. What is carried last is committed before it: rows that
 * a transaction has changed keep whoever would change them too, such as a user who deletes the account, waiting to its end.
 * @param gate a session that stops writers meanwhile
 */
async function beginWhereAllIsCarried(
  client: pg.Client,
  gate: pg.Client,
  plan: OnlinePlan,
  shop: Workshop,
): Promise<void> {
  const live = await liveTables(client, plan);
  await patiently(
    gate,
    WRITERS,
    async () => {
      await stopWriters(gate, plan, live);
      await inOneState(client, async () => {
        for (;;) if ((await shop.carryNoted(NOTES)) === 0) break;
        await shop.tidy();
        await client.query('set local enable_seqscan = on');
        await settle(client, plan);
      });
      // A transaction begins to see with its first query.
      await client.query('begin isolation level repeatable read; select');
    },
    () => catchUp(client, shop),
  );
}

/** What is counted over all rows. */
export async function settle(client: pg.Client, plan: OnlinePlan): Promise<void> {
  for (const sql of plan.settle) await client.query(asWaiting(sql, plan));
}

function asPrepared(
  { mapping, quarantine, sourceSchema, expectedNewRows }: Accounting,
  plan: OnlinePlan,
  home: string,
): Accounting {
  const { legacy, extensions } = plan;
  const now = (sql: string): string =>
    asWaiting(sql, plan).replaceAll(`${legacy}.`, `${FULL}.`).replaceAll(`${extensions.schema}.`, `${home}.`);
  const renamed = <T>(declared: T): T =>
    JSON.parse(JSON.stringify(declared, (_, value: unknown) => (typeof value === 'string' ? now(value) : value))) as T;
  return {
    mapping: renamed(mapping),
    sourceSchema,
    ...(expectedNewRows ? { expectedNewRows: renamed(expectedNewRows) } : {}),
    // The rows say where they are from by the name that the table will have.
    quarantine: {
      relation: `(select replace(source_table, '${legacy}.', '${FULL}.') as source_table, source_id, row_data, reason
        from ${now(quarantine.relation)})`,
    },
  };
}
