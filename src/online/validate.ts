import type pg from 'pg';
import { account } from '../accounting/account.ts';
import type { LegacyMapping, Quarantine } from '../accounting/mapping.ts';
import type { Findings } from '../report/deviation.ts';
import { NOTES } from './backfill.ts';
import { homeOfExtensions } from './carry.ts';
import { asWaiting, BOOKS, FULL, waiting } from './names.ts';
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
  legacy: { readonly mapping: LegacyMapping; readonly quarantine: Quarantine },
): Promise<Findings> {
  const home = await homeOfExtensions(client, plan);
  return inOneState(client, async () => {
    for (;;) if ((await shop.carryNoted(NOTES)) === 0) break;
    await settle(client, plan);
    await client.query(`update ${BOOKS}.state set validated_at = null`);
    const { findings } = await account(
      client,
      mappingOf(legacy.mapping, plan, home),
      quarantineOf(legacy.quarantine, plan),
    );
    if (findings.deviations.length === 0) await client.query(`update ${BOOKS}.state set validated_at = now()`);
    return findings;
  });
}

/** What is counted over all rows. */
export async function settle(client: pg.Client, plan: OnlinePlan): Promise<void> {
  for (const sql of plan.settle) await client.query(asWaiting(sql, plan));
}

function mappingOf(mapping: LegacyMapping, plan: OnlinePlan, home: string): LegacyMapping {
  const { legacy, extensions } = plan;
  const now = (sql: string): string =>
    asWaiting(sql, plan).replaceAll(`${legacy}.`, `${FULL}.`).replaceAll(`${extensions.schema}.`, `${home}.`);
  return JSON.parse(JSON.stringify(mapping, (_, value: unknown) => (typeof value === 'string' ? now(value) : value)));
}

/** The rows say where they are from by the name that the table will have. */
function quarantineOf({ relation }: Quarantine, plan: OnlinePlan): Quarantine {
  const [schema = '', name = ''] = relation.split('.');
  return {
    relation: `(select replace(source_table, '${plan.legacy}.', '${FULL}.') as source_table, source_id, row_data from ${waiting(schema)}.${name})`,
  };
}
