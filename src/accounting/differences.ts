import type pg from 'pg';
import type { Deviation } from '../report/deviation.ts';
import type { TableAccount } from './account.ts';
import { quote } from './form.ts';
import type { LegacyMapping, LegacyTable } from './mapping.ts';

/** Something that does not add up, with the first rows in which it shows. */
export interface Difference {
  /** The legacy table. */
  readonly table: string;
  readonly column?: string;
  /**
   * lost: a row is neither there nor set aside. altered: a value is neither the old one nor the rule's. twice: a row is
   * there and set aside too. unexpected: a row came from nowhere. stray: something was set aside that was no row.
   * kept: the original, which must stay as it was, did not.
   */
  readonly kind: 'lost' | 'altered' | 'twice' | 'unexpected' | 'stray' | 'kept';
  readonly count: number;
  readonly rows: readonly DifferentRow[];
  /** Where the original is, or was, kept. */
  readonly kept?: string;
}

export interface DifferentRow {
  readonly id: string;
  /** The values, shortened; null where there is none, or none is known. */
  readonly before: string | null;
  readonly after: string | null;
}

/** How many rows a report names. */
export const FIRST = 3;

/** Longer values are cut: they are shown to be recognised. */
const SHOWN = 120;

export const shortened = (expression: string): string =>
  `case when length((${expression})::text) > ${SHOWN} then left((${expression})::text, ${SHOWN}) || '…' else (${expression})::text end`;

/** Names the first rows of what was lost, altered, or is there twice. */
export async function differencesIn(
  client: pg.Client,
  table: string,
  legacy: LegacyTable,
  counted: Pick<TableAccount, 'lost' | 'twice' | 'columns'>,
  fates: string,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const kind of ['lost', 'twice'] as const) {
    if (counted[kind] === 0) continue;
    const where = kind === 'lost' ? `fate = 'lost'` : 'twice';
    differences.push({ table, kind, count: counted[kind], rows: await first(client, fates, where, 'null', 'null') });
  }
  for (const [n, { column, altered }] of counted.columns.entries()) {
    if (altered === 0) continue;
    const { original, target } = legacy.columns[column] ?? { target: 'null' };
    const from = `(select f.id, ${shortened(original ?? `o.${quote(column)}`)} as was, ${shortened(target)} as now, f.state${n} as state
                     from (${fates}) f join ${legacy.source} o on o.id::text = f.id join ${legacy.target} t on t.id = o.id)`;
    const rows = await first(client, from, `state = 'altered'`, 'was', 'now');
    differences.push({ table, column, kind: 'altered', count: altered, rows });
  }
  return differences;
}

async function first(
  client: pg.Client,
  from: string,
  where: string,
  before: string,
  after: string,
): Promise<DifferentRow[]> {
  const query = from.startsWith('(') ? from : `(${from})`;
  const { rows } = await client.query<DifferentRow>(
    `select id, ${before} as before, ${after} as after from ${query} d where ${where} order by id limit ${FIRST}`,
  );
  return rows;
}

/** A difference as every report shows deviations. */
export function explained(difference: Difference, mapping: LegacyMapping): Deviation {
  const { table, column, kind, count, rows, kept } = difference;
  const declared = mapping[table];
  const relation = kind === 'unexpected' ? declared?.target : (kept ?? declared?.source ?? table);
  const rule = column === undefined ? undefined : declared?.columns[column]?.rule?.name;
  return {
    check: 'legacy rows',
    where: column === undefined ? table : `${table}.${column}`,
    expected: EXPECTED[kind](rule, relation),
    seen: SEEN[kind](count),
    evidence: rows.map((row) => statement(relation, row)).join('\n'),
    fix: FIX[kind],
  };
}

function statement(relation: string | undefined, { id, before, after }: DifferentRow): string {
  const values = before === null && after === null ? '' : ` -- before: ${shown(before)}; after: ${shown(after)}`;
  return `select * from ${relation} where id = '${id.replaceAll("'", "''")}';${values}`;
}

const shown = (value: string | null): string => (value === null ? 'NULL' : JSON.stringify(value));

const EXPECTED: Record<Difference['kind'], (rule: string | undefined, relation: string | undefined) => string> = {
  lost: () => 'every row carried, changed by a named rule, or set aside',
  altered: (rule) => (rule ? `the value as it was, or as the rule ${rule} makes it` : 'the value as it was'),
  twice: () => 'a row carried or set aside, and not both',
  unexpected: () => 'no row but those that came in, and those that a named rule makes',
  stray: () => 'in quarantine, whole rows of the table and nothing else',
  kept: (_, relation) => `the originals in ${relation} as they were before the migrations`,
};

const SEEN: Record<Difference['kind'], (count: number) => string> = {
  lost: (count) => `${count} lost`,
  altered: (count) => `${count} altered`,
  twice: (count) => `${count} both`,
  unexpected: (count) => `${count} from nowhere`,
  stray: (count) => `${count} that are no such row`,
  kept: (count) => `${count} that differ, are gone, or are new`,
};

const FIX: Record<Difference['kind'], string> = {
  lost: 'Carry the rows in the migration, or set them aside.',
  altered: 'Carry the value as it is, or name the rule that changes it in spec/legacy.',
  twice: 'Set aside only what is not carried.',
  unexpected: 'Name the rule by which the migration makes these rows in spec/legacy.',
  stray: 'Set aside whole rows, as the kept original has them.',
  kept: 'Leave the originals as they are: they are what is gone back to.',
};
