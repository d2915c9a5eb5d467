import type pg from 'pg';
import { account } from '../accounting/account.ts';
import type { Accounting } from '../accounting/mapping.ts';
import type { Findings } from '../report/deviation.ts';
import { NOTES } from './backfill.ts';
import { homeOfExtensions } from './carry.ts';
import { asWaiting, BOOKS, FULL } from './names.ts';
import { fewHelpers } from './patience.ts';
import type { OnlinePlan } from './plan.ts';
import { inOneState, type Workshop } from './workshop.ts';

/**
 * Accounts for every legacy row and value against what waits, in one state of the database and without keeping anybody
 * from writing: what was noted up to that state is carried first, so that the sums meet exactly, or something is wrong.
 */
export async function validate(
  client: pg.Client,
  plan: OnlinePlan,
  shop: Workshop,
  accounting: Accounting,
): Promise<Findings> {
  const home = await homeOfExtensions(client, plan);
  await client.query(fewHelpers('max_parallel_workers_per_gather'));
  for (const { table } of plan.targets) await client.query(`analyze prepared_${table}`);
  return inOneState(client, async () => {
    for (;;) if ((await shop.carryNoted(NOTES)) === 0) break;
    await shop.tidy();
    // No two rows are alike, so that remembering what was made of one costs and never gives.
    await client.query('set local enable_seqscan = on; set local enable_memoize = off');
    await settle(client, plan);
    await client.query(`update ${BOOKS}.state set validated_at = null`);
    const { differences, findings } = await account(client, asPrepared(accounting, plan, home));
    // Columns that nobody here knows are kept in the old tables: no reason not to switch.
    const deviations = differences.length > 0 ? findings.deviations.slice(-differences.length) : [];
    if (deviations.length === 0) await client.query(`update ${BOOKS}.state set validated_at = now()`);
    return { ...findings, deviations };
  });
}

/** What is counted over all rows. */
export async function settle(client: pg.Client, plan: OnlinePlan): Promise<void> {
  for (const sql of plan.settle) await client.query(asWaiting(sql, plan));
}

function asPrepared({ mapping, quarantine, made }: Accounting, plan: OnlinePlan, home: string): Accounting {
  const { legacy, extensions } = plan;
  const now = (sql: string): string =>
    asWaiting(sql, plan).replaceAll(`${legacy}.`, `${FULL}.`).replaceAll(`${extensions.schema}.`, `${home}.`);
  const renamed = <T>(declared: T): T =>
    JSON.parse(JSON.stringify(declared, (_, value: unknown) => (typeof value === 'string' ? now(value) : value))) as T;
  return {
    mapping: renamed(mapping),
    ...(made ? { made: renamed(made) } : {}),
    // The rows say where they are from by the name that the table will have.
    quarantine: {
      relation: `(select replace(source_table, '${legacy}.', '${FULL}.') as source_table, source_id, row_data, reason
        from ${now(quarantine.relation)})`,
    },
  };
}
