import type pg from 'pg';
import type { Deviation, Findings } from '../report/deviation.ts';
import { countRows, type RowCounts } from './count.ts';
import { type Difference, differencesIn, explained } from './differences.ts';
import { fatesOf, type Remembered } from './fates.ts';
import { unexpectedRows } from './made.ts';
import type { Accounting, LegacyTable } from './mapping.ts';

/** What became of the values of one legacy column. All but `filled`, which is among `changed`, add up to the rows. */
export interface ColumnAccount {
  readonly column: string;
  readonly unchanged: number;
  /** By the named rule. */
  readonly changed: number;
  readonly rule?: string;
  /** Those of `changed` that were NULL. */
  readonly filled: number;
  readonly setAside: number;
  /** NULL before and after, or in a row that was set aside. */
  readonly nulls: number;
  readonly altered: number;
  readonly lost: number;
  /** The sums of the digests, before and after, of all values that no rule changed; null where no measure was taken. */
  readonly checksums: { readonly before: string; readonly after: string } | null;
  /** How far a rule that rounds has moved a value, at most. */
  readonly largestError?: number;
}

/** What became of the rows of one legacy table. `carried + changed + setAside + lost + altered = in` by construction. */
export interface TableAccount extends RowCounts {
  readonly table: string;
  /** Rows of the target table that the migrations made, by the rule that says why. */
  readonly made: Readonly<Record<string, number>>;
  readonly columns: readonly ColumnAccount[];
}

export interface Accounted {
  readonly accounts: readonly TableAccount[];
  readonly differences: readonly Difference[];
  readonly findings: Findings;
}

/**
 * Accounts for every row and every value of the legacy tables: each value is unchanged, changed by a named rule, NULL, or
 * set aside with its row; anything else is altered or lost, and a deviation that names the first rows. A row that is new
 * must be one that the migrations are said to make.
 *
 * @param measures of the tables before the migrations: values are then compared with them too, and columns that were not
 * there are left out. Without them, a column of which the mapping says nothing is a deviation: nobody decided what
 * becomes of it.
 */
export async function account(
  client: pg.Client,
  accounting: Accounting,
  measures?: ReadonlyMap<string, Remembered>,
): Promise<Accounted> {
  const accounts: TableAccount[] = [];
  const differences: Difference[] = [];
  const unmapped: Deviation[] = [];
  for (const [table, declared] of Object.entries(accounting.mapping)) {
    const there = await columnsOf(client, declared.source);
    // Where the originals are not kept, the comparison of what is kept has said so.
    if (measures && there.length === 0) continue;
    if (!measures) unmapped.push(...unmappedIn(table, declared, there));
    const measured = measures?.get(table);
    // Databases differ in what was added to them by hand: a column that is declared need not be there.
    const present = measured ? there.filter((name) => name in measured.digests) : there;
    const legacy = { ...declared, columns: pick(declared.columns, present) };
    const fates = await fatesOf(client, table, legacy, accounting.quarantine, measured);
    const counted = await countRows(client, fates, legacy, measures ? (accounting.errors ?? {}) : {});
    const unexpected = await unexpectedRows(client, table, legacy, accounting);
    accounts.push({ ...counted, table, made: unexpected.made });
    differences.push(...(await differencesIn(client, table, legacy, counted, fates)), ...unexpected.differences);
  }
  const deviations = [...unmapped, ...differences.map((difference) => explained(difference, accounting.mapping))];
  return { accounts, differences, findings: { deviations, notEvaluated: [] } };
}

async function columnsOf(client: pg.Client, relation: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select attname::text as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped',
    [relation],
  );
  return rows.map(({ name }) => name);
}

function unmappedIn(table: string, { source, columns }: LegacyTable, present: readonly string[]): Deviation[] {
  return present
    .filter((name) => !(name in columns))
    .map((name) => ({
      check: 'legacy rows' as const,
      where: `${table}.${name}`,
      expected: 'a line that says where the column went',
      seen: 'none',
      fix: `Say in spec/legacy where ${table}.${name} went, or by which rule it was left in ${source}.`,
    }));
}

function pick<T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
