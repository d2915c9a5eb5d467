import type { TableAccount } from '../../accounting/account.ts';
import type { ColumnAccount } from '../../accounting/count.ts';

/** The outcomes of the rows and values of some tables, summed up. */
export interface ValueTotals {
  readonly rows: number;
  readonly carried: number;
  readonly changedRows: number;
  readonly setAsideRows: number;
  readonly lostRows: number;
  readonly alteredRows: number;
  readonly values: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly setAside: number;
  readonly nulls: number;
  readonly altered: number;
  readonly lost: number;
}

/** All values of a column, NULLs among them. */
export function valuesOf(column: ColumnAccount): number {
  const { unchanged, changed, setAside, nulls, altered, lost } = column;
  return unchanged + changed + setAside + nulls + altered + lost;
}

/** Sums up the accounts of tables. */
export function totalsOf(accounts: readonly TableAccount[]): ValueTotals {
  const columns = accounts.flatMap((table) => table.columns);
  const rows = (key: 'in' | 'carried' | 'changed' | 'setAside' | 'lost' | 'altered'): number =>
    accounts.reduce((sum, table) => sum + table[key], 0);
  const values = (key: 'unchanged' | 'changed' | 'setAside' | 'nulls' | 'altered' | 'lost'): number =>
    columns.reduce((sum, column) => sum + column[key], 0);
  return {
    rows: rows('in'),
    carried: rows('carried'),
    changedRows: rows('changed'),
    setAsideRows: rows('setAside'),
    lostRows: rows('lost'),
    alteredRows: rows('altered'),
    values: columns.reduce((sum, column) => sum + valuesOf(column), 0),
    unchanged: values('unchanged'),
    changed: values('changed'),
    setAside: values('setAside'),
    nulls: values('nulls'),
    altered: values('altered'),
    lost: values('lost'),
  };
}

/** A rule that changed values. */
export interface RuleUse {
  readonly rule: string;
  readonly values: number;
  /** How far it has moved a value, at most; undefined where `legacy.errors` does not declare how that is measured. */
  readonly largestError: number | undefined;
  /** How far it has turned a vector, at most, as 1 - cosine; undefined in the same way. */
  readonly largestAngle: number | undefined;
}

/** The rules that changed something, those that changed most first. */
export function rulesUsed(accounts: readonly TableAccount[]): RuleUse[] {
  const uses = new Map<string, RuleUse>();
  for (const { rule, changed, largest } of accounts.flatMap((table) => table.columns)) {
    if (rule === undefined || changed === 0) continue;
    const before = uses.get(rule);
    uses.set(rule, {
      rule,
      values: (before?.values ?? 0) + changed,
      largestError: larger(before?.largestError, largest?.distance),
      largestAngle: larger(before?.largestAngle, largest?.angle),
    });
  }
  return [...uses.values()].sort((a, b) => b.values - a.values);
}

function larger(...measures: readonly (number | undefined)[]): number | undefined {
  const known = measures.filter((measure) => measure !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
