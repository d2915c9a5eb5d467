import type pg from 'pg';
import { type LargestErrors, measureErrors } from './errors.ts';
import type { Accounting, LegacyTable } from './settings.ts';

/** The outcomes of the rows of a legacy table, counted. */
export interface OutcomeCounts {
  /** The rows before the migrations. */
  readonly in: number;
  /** In the target table, with every value as it was. */
  readonly carried: number;
  /** In the target table, with a value that a named rule changed. */
  readonly changed: number;
  /** In quarantine, with every value as it was. */
  readonly setAside: number;
  /** Neither in the target table nor in quarantine. */
  readonly lost: number;
  /** In the target table, with a value that is neither the old one nor the rule's. */
  readonly altered: number;
  /** In the target table, and in quarantine too. */
  readonly twice: number;
  readonly columns: readonly ColumnAccount[];
}

/** The outcomes of the values of one legacy column, counted. All but `filled`, which is among `changed`, add up to the rows. */
export interface ColumnAccount {
  readonly column: string;
  readonly unchanged: number;
  /** By the named rule. */
  readonly changed: number;
  readonly rule?: string;
  /** Those of `changed` that were NULL. */
  readonly filled: number;
  readonly setAside: number;
  /** NULL before and after, or in a row that was quarantined. */
  readonly nulls: number;
  readonly altered: number;
  readonly lost: number;
  /** The sums of the digests, before and after, of all values that no rule changed; null where no digests were stored. */
  readonly checksums: { readonly before: string; readonly after: string } | null;
  /** How far the rule has moved a value, at most, as `legacy.errors` says. */
  readonly largest?: LargestErrors;
}

/**
 * Counts the outcomes of rows and values.
 * @param outcomes the query of outcomesQuery
 * @param errors by rule: how far it may move a value
 */
export async function countOutcomes(
  client: pg.Client,
  outcomes: string,
  legacy: LegacyTable,
  errors: NonNullable<Accounting['errors']>,
): Promise<OutcomeCounts> {
  const columns = Object.entries(legacy.columns);
  const rowsOf = (name: string): string => `(count(*) filter (where outcome = '${name}'))::int`;
  const { rows } = await client.query<Omit<OutcomeCounts, 'columns'> & Record<string, string | number | null>>(`
    select count(*)::int as "in", ${rowsOf('carried')} as carried, ${rowsOf('changed')} as changed, ${rowsOf('set aside')} as "setAside",
           ${rowsOf('lost')} as lost, ${rowsOf('altered')} as altered, (count(*) filter (where twice))::int as twice
           ${columns.map((_, n) => counts(n)).join('')}
      from (${outcomes}) f`);
  const row = rows[0] as (typeof rows)[0];
  const accounts: ColumnAccount[] = [];
  for (const [n, [column, { rule }]] of columns.entries()) {
    const of = (state: string): number => Number(row[`${state}${n}`]);
    const changed = of('changed') + of('filled');
    const error = rule && changed > 0 ? errors[rule.name] : undefined;
    accounts.push({
      column,
      unchanged: of('unchanged'),
      changed,
      ...(rule ? { rule: rule.name } : {}),
      filled: of('filled'),
      setAside: of('aside'),
      nulls: of('null'),
      altered: of('altered'),
      lost: of('lost'),
      checksums: checksums(row[`before${n}`], row[`after${n}`]),
      ...(error ? { largest: await measureErrors(client, legacy, column, error) } : {}),
    });
  }
  const { in: all, carried, changed, setAside, lost, altered, twice } = row;
  return { in: all, carried, changed, setAside, lost, altered, twice, columns: accounts };
}

function counts(n: number): string {
  const state = (name: string): string => `count(*) filter (where state${n} = '${name}')`;
  const untouched = `filter (where state${n} in ('unchanged', 'altered'))`;
  return `,
           ${state('unchanged')} as unchanged${n}, ${state('changed')} as changed${n}, ${state('filled')} as filled${n},
           ${state('null')} as null${n}, ${state('set aside')} as aside${n}, ${state('altered')} as altered${n},
           ${state('lost')} as lost${n},
           (sum(before${n}) ${untouched})::text as before${n}, (sum(after${n}) ${untouched})::text as after${n}`;
}

function checksums(before: unknown, after: unknown): ColumnAccount['checksums'] {
  return before === null && after === null ? null : { before: String(before ?? 0), after: String(after ?? 0) };
}
