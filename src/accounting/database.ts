import type pg from 'pg';
import { findTables, type UserTable } from '../catalog/user-tables.ts';
import type { Deviation } from '../report/deviation.ts';
import { account, type TableAccount } from './account.ts';
import { type ComparedTable, compareTable } from './compare-table.ts';
import { deviationOf, type LegacyDifference } from './differences.ts';
import { type MeasuredTable, measureAndStore } from './measure.ts';
import type { Accounting } from './settings.ts';

/** Shows a line of progress. */
type ShowProgress = (text: string) => void;

/** The account of a migrated database: every mapped row and value, every measured table, and all differences. */
export interface DatabaseAccount {
  /** The rows and values of the mapped tables. */
  readonly accounts: readonly TableAccount[];
  /** Every table that was measured, and where it is now. */
  readonly compared: readonly ComparedTable[];
  readonly differences: readonly LegacyDifference[];
  readonly deviations: readonly Deviation[];
}

/**
 * Measures tables before the migrations. Their digests are kept in temporary tables: the account must use the same
 * connection.
 */
export async function measureAll(
  client: pg.Client,
  tables: readonly UserTable[],
  accounting: Pick<Accounting, 'mapping' | 'sourceSchema'>,
  tell: ShowProgress = () => {},
): Promise<MeasuredTable[]> {
  const measured: MeasuredTable[] = [];
  for (const table of tables) {
    tell(`${table.schema}.${table.name}`);
    // Rows of a mapped table are told apart by their ids, also where the primary key was lost.
    measured.push(await measureAndStore(client, isMapped(table, accounting) ? { ...table, key: ['id'] } : table));
  }
  return measured;
}

/**
 * Accounts, after the migrations and on the same connection, for everything that was measured: the values of the mapped
 * tables, their originals, and every other table, under whatever name and in whatever schema it is now.
 */
export async function accountForAll(
  client: pg.Client,
  measured: readonly MeasuredTable[],
  accounting: Accounting,
  tell: ShowProgress = () => {},
): Promise<DatabaseAccount> {
  const { mapping } = accounting;
  const now = await findTables(client);
  const mapped = measured.filter((table) => isMapped(table, accounting));
  const compared: ComparedTable[] = [];
  const differences: LegacyDifference[] = [];
  for (const before of measured) {
    tell(`${before.schema}.${before.name}`);
    const source = mapped.includes(before) ? mapping[before.name]?.source : undefined;
    const after = now.find(({ oid, schema, name }) => (source ? `${schema}.${name}` === source : oid === before.oid));
    const comparison = await compareTable(client, before, after);
    compared.push(comparison.table);
    differences.push(...comparison.differences);
  }
  const values = await account(client, accounting, new Map(mapped.map(({ name, stored }) => [name, stored])));
  return {
    accounts: values.accounts,
    compared,
    differences: [...differences, ...values.differences],
    deviations: [...differences.map((each) => deviationOf(each, mapping)), ...values.findings.deviations],
  };
}

function isMapped(
  { schema, name }: UserTable,
  { mapping, sourceSchema }: Pick<Accounting, 'mapping' | 'sourceSchema'>,
) {
  return schema === sourceSchema && name in mapping;
}
