import type pg from 'pg';
import type { Deviation } from '../report/deviation.ts';
import { account, type TableAccount } from './account.ts';
import { type Difference, explained } from './differences.ts';
import { compareKept, type KeptTable } from './kept.ts';
import type { Accounting } from './mapping.ts';
import { type FoundTable, findTables, type MeasuredTable, measureAndRemember } from './measure.ts';

/** What is to be accounted for, and in which schema the mapped tables are before the migrations. */
export interface WholeAccounting extends Accounting {
  readonly found: string;
}

type Tell = (text: string) => void;

/** What became of a whole database. */
export interface WholeAccount {
  readonly accounts: readonly TableAccount[];
  readonly kept: readonly KeptTable[];
  readonly differences: readonly Difference[];
  readonly deviations: readonly Deviation[];
}

/** Measures these tables before the migrations. What is remembered of them lives as long as the connection. */
export async function measureAll(
  client: pg.Client,
  tables: readonly FoundTable[],
  { found, mapping }: WholeAccounting,
  tell: Tell = () => {},
): Promise<MeasuredTable[]> {
  const measured: MeasuredTable[] = [];
  for (const table of tables) {
    tell(`${table.schema}.${table.name}`);
    // Rows of a mapped table are told apart by their ids, also where the primary key was lost.
    const mapped = table.schema === found && table.name in mapping;
    measured.push(await measureAndRemember(client, mapped ? { ...table, key: ['id'] } : table));
  }
  return measured;
}

/**
 * Accounts, after the migrations and on the same connection, for everything that was measured: the values of the mapped
 * tables, their originals, and every other table, wherever it is now.
 */
export async function accountForAll(
  client: pg.Client,
  measured: readonly MeasuredTable[],
  accounting: WholeAccounting,
  tell: Tell = () => {},
): Promise<WholeAccount> {
  const { found, mapping } = accounting;
  const now = await findTables(client);
  const mapped = measured.filter(({ schema, name }) => schema === found && name in mapping);
  const kept: KeptTable[] = [];
  const differences: Difference[] = [];
  for (const before of measured) {
    tell(`${before.schema}.${before.name}`);
    const source = mapped.includes(before) ? mapping[before.name]?.source : undefined;
    const after = now.find(({ oid, schema, name }) => (source ? `${schema}.${name}` === source : oid === before.oid));
    const compared = await compareKept(client, before, after);
    kept.push(compared.kept);
    differences.push(...compared.differences);
  }
  const remembered = new Map(mapped.map(({ name, remembered }) => [name, remembered]));
  const values = await account(client, accounting, remembered);
  return {
    accounts: values.accounts,
    kept,
    differences: [...differences, ...values.differences],
    deviations: [...differences.map((each) => explained(each, mapping)), ...values.findings.deviations],
  };
}
