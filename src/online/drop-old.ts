import type pg from 'pg';
import type { Accounting } from '../accounting/settings.ts';
import type { Deviation } from '../report/deviation.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { LOCK_TIMEOUT_MS, withLockTimeout } from './lock-timeout.ts';
import { quoteName, tableIn } from './names.ts';
import type { OnlinePlan } from './settings.ts';

/**
 * Drops the schema of the old tables, for good, unless it holds something that exists nowhere else.
 * @returns the deviations that prevent it, with nothing changed; none when the schema was dropped
 */
export async function dropOldTables(
  client: pg.Client,
  plan: OnlinePlan,
  { quarantine }: Accounting,
): Promise<Deviation[]> {
  const inTheWay = [
    ...(await unaccounted(client, plan)),
    ...(await quarantined(client, quarantine.relation)),
    ...(await unknown(client, plan)),
  ];
  if (inTheWay.length === 0)
    await withLockTimeout(client, LOCK_TIMEOUT_MS.remove, () =>
      client.query(`drop schema if exists ${quoteIdentifier(plan.legacy)} cascade`),
    );
  return inTheWay;
}

/** Old tables whose rows were never accounted for. */
async function unaccounted(client: pg.Client, { moves }: OnlinePlan): Promise<Deviation[]> {
  const { rows } = await client.query<{ table: string; sums: string }>(
    `select table_name as table, concat_ws(', ', rows_in || ' in', rows_carried || ' carried', rows_quarantined || ' quarantined') as sums
     from ${quoteName(moves)} where rows_in is null or rows_in <> rows_carried + rows_quarantined`,
  );
  return rows.map(({ table, sums }) => ({
    check: 'legacy rows',
    where: table,
    expected: 'as many rows carried or quarantined as the old table had',
    seen: sums || 'no row counts',
    fix: 'Run the committed migrations with rolecall migrate until they succeed.',
  }));
}

async function quarantined(client: pg.Client, quarantine: string): Promise<Deviation[]> {
  const { rows } = await client.query<{ table: string; count: number }>(
    `select source_table as table, count(*)::int as count from ${quarantine} group by 1 order by 1`,
  );
  return rows.map(({ table, count }) => ({
    check: 'legacy rows',
    where: table,
    expected: 'no row in quarantine',
    seen: `${count} in ${quarantine}`,
    evidence: `select reason, row_data from ${quarantine} where source_table = ${quoteLiteral(table)};`,
    fix: 'Restore the rows that can be restored (rolecall restore-quarantined), and delete the others from the quarantine table.',
  }));
}

/** Tables that were created by hand under the name of something new, with rows that were not carried. */
async function unknown(client: pg.Client, { legacy, tables }: OnlinePlan): Promise<Deviation[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p', 'm', 'f') and c.relname <> all ($2) order by 1`,
    [legacy, Object.keys(tables)],
  );
  return rows.map(({ name }) => ({
    check: 'legacy rows',
    where: `${legacy}.${name}`,
    expected: 'only tables that were carried',
    seen: 'a table that `online.tables` does not name',
    fix: `Move it to another schema: alter table ${tableIn(legacy, name)} set schema …, or drop it.`,
  }));
}
