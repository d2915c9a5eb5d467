import type pg from 'pg';
import { columnNamesOf } from '../catalog/user-tables.ts';
import type { Deviation, Findings } from '../report/deviation.ts';
import { countOutcomes, type OutcomeCounts } from './count.ts';
import { deviationOf, differencesIn, type LegacyDifference } from './differences.ts';
import type { StoredDigests } from './measure.ts';
import { countNewRows } from './new-rows.ts';
import { outcomesQuery } from './outcomes.ts';
import type { Accounting, LegacyTable } from './settings.ts';

/** The outcomes of the rows and values of one legacy table. `carried + changed + setAside + lost + altered = in`. */
export interface TableAccount extends OutcomeCounts {
  readonly table: string;
  /** Rows of the target table that came from no legacy row, by the rule that explains them. */
  readonly newRows: Readonly<Record<string, number>>;
}

/** The account of the mapped tables. */
export interface MappingAccount {
  readonly accounts: readonly TableAccount[];
  readonly differences: readonly LegacyDifference[];
  readonly findings: Findings;
}

/**
 * Accounts for every row and every value of the mapped tables: each value is unchanged, changed by a named rule, NULL, or
 * quarantined with its row; anything else is altered or lost, and a deviation that names the first rows. A new row must be
 * one that `expectedNewRows` explains.
 * @param stored the digests of the tables before the migrations, by legacy table: values are then compared with them too,
 * and columns that were not there are left out. Without them, a column that the mapping does not name is a deviation.
 */
export async function account(
  client: pg.Client,
  accounting: Accounting,
  stored?: ReadonlyMap<string, StoredDigests>,
): Promise<MappingAccount> {
  const accounts: TableAccount[] = [];
  const differences: LegacyDifference[] = [];
  const unmapped: Deviation[] = [];
  for (const [table, declared] of Object.entries(accounting.mapping)) {
    const present = await columnNamesOf(client, declared.source);
    // A table whose originals are missing is a difference of the comparison of tables (database.ts).
    if (stored && present.length === 0) continue;
    if (!stored) unmapped.push(...unmappedIn(table, declared, present));
    const digests = stored?.get(table);
    // Databases differ in what was added to them by hand: a column that is declared need not be there.
    const columns = digests ? present.filter((name) => name in digests.digests) : present;
    const legacy = { ...declared, columns: pick(declared.columns, columns) };
    const outcomes = await outcomesQuery(client, table, legacy, accounting, digests);
    const counted = await countOutcomes(client, outcomes, legacy, accounting.errors ?? {});
    const added = await countNewRows(client, table, legacy, accounting);
    accounts.push({ ...counted, table, newRows: added.byRule });
    differences.push(...(await differencesIn(client, table, legacy, counted, outcomes)), ...added.differences);
  }
  const deviations = [...unmapped, ...differences.map((difference) => deviationOf(difference, accounting.mapping))];
  return { accounts, differences, findings: { deviations, notEvaluated: [] } };
}

function unmappedIn(table: string, { source, columns }: LegacyTable, present: readonly string[]): Deviation[] {
  return present
    .filter((name) => !(name in columns))
    .map((name) => ({
      check: 'legacy rows' as const,
      where: `${table}.${name}`,
      expected: 'a line in the mapping that says where the column went',
      seen: 'none',
      fix: `Add ${table}.${name}, a column of ${source}, to the configuration's \`legacy.mapping\`: say where its values are, or by which rule they were left behind.`,
    }));
}

function pick<T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
