import type pg from 'pg';
import type { ColumnAccount } from './account.ts';
import { quote } from './form.ts';
import type { LegacyTable } from './mapping.ts';

/** What became of the rows of a table. */
export interface RowCounts {
  readonly in: number;
  /** There, with every value as it was. */
  readonly carried: number;
  /** There, with a value that a named rule changed. */
  readonly changed: number;
  /** Kept whole in quarantine, with the reason. */
  readonly setAside: number;
  readonly lost: number;
  readonly altered: number;
  /** There, and in quarantine too. */
  readonly twice: number;
}

type Counted = RowCounts & { readonly columns: readonly ColumnAccount[] };

/** Counts what the query of fates says, row by row and value by value. */
export async function countRows(
  client: pg.Client,
  fates: string,
  legacy: LegacyTable,
  errors: Readonly<Record<string, string>>,
): Promise<Counted> {
  const columns = Object.entries(legacy.columns);
  const fate = (name: string): string => `(count(*) filter (where fate = '${name}'))::int`;
  const { rows } = await client.query<RowCounts & Record<string, string | number | null>>(`
    select count(*)::int as "in", ${fate('carried')} as carried, ${fate('changed')} as changed, ${fate('set aside')} as "setAside",
           ${fate('lost')} as lost, ${fate('altered')} as altered, (count(*) filter (where twice))::int as twice
           ${columns.map((_, n) => counts(n)).join('')}
      from (${fates}) f`);
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
      ...(error ? { largestError: await largestError(client, legacy, column, error) } : {}),
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

/** `error` is over `was` and `now`, the values themselves. */
async function largestError(client: pg.Client, legacy: LegacyTable, column: string, error: string): Promise<number> {
  const { original, target } = legacy.columns[column] ?? { target: 'null' };
  const { rows } = await client.query<{ error: number | null }>(
    `select max(${error})::float8 as error
       from (select ${original ?? `o.${quote(column)}`} as was, ${target} as now
               from ${legacy.source} o join ${legacy.target} t on t.id = o.id offset 0) v`,
  );
  return rows[0]?.error ?? 0;
}
