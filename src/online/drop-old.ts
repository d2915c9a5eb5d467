import type pg from 'pg';
import type { Accounting } from '../accounting/settings.ts';
import type { Deviation } from '../report/deviation.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { LOCK_TIMEOUT_MS, withLockTimeout } from './lock-timeout.ts';
import { quoteName, tableIn } from './names.ts';
import type { OnlinePlan } from './settings.ts';

/**
 * Drops the schema of the old tables, for good, unless something in it is nowhere else.
 * @returns what is in the way, with nothing changed; nothing when the schema is gone
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
    `select table_name as table, concat_ws(', ', rows_in || ' in', rows_carried || ' carried', rows_quarantined || ' set aside') as sums
     from ${quoteName(moves)} where rows_in is null or rows_in <> rows_carried + rows_quarantined`,
  );
  return rows.map(({ table, sums }) => ({
    check: 'legacy rows',
    where: table,
    expected: 'as many rows carried or set aside as there were',
    seen: sums || 'no sums',
    fix: 'Run the migrations to their end.',
  }));
}

async function quarantined(client: pg.Client, quarantine: string): Promise<Deviation[]> {
  const { rows } = await client.query<{ table: string; count: number }>(
    `select source_table as table, count(*)::int as count from ${quarantine} group by 1 order by 1`,
  );
  return rows.map(({ table, count }) => ({
    check: 'legacy rows',
    where: table,
    expected: 'no row set aside: somebody decided about each',
    seen: `${count} in ${quarantine}`,
    evidence: `select reason, row_data from ${quarantine} where source_table = ${quoteLiteral(table)};`,
    fix: 'Put back what can be put back (rolecall restore-quarantined), and delete from the quarantine what nobody needs.',
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
    seen: 'a table that the plan of the move does not name',
    fix: `Keep what it holds elsewhere: alter table ${tableIn(legacy, name)} set schema …, or drop it.`,
  }));
}
