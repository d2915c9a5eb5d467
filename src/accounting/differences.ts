import type pg from 'pg';
import type { Deviation } from '../report/deviation.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { OutcomeCounts } from './count.ts';
import type { BeyondLimit } from './errors.ts';
import { type DifferentRow, FIRST, shortened } from './first-rows.ts';
import type { LegacyMapping, LegacyTable } from './settings.ts';

/** Something that does not add up, with the first rows in which it shows. */
export interface LegacyDifference {
  /** The legacy table. */
  readonly table: string;
  readonly column?: string;
  /**
   * lost: a row is neither in the target table nor in quarantine. altered: a value is neither the old one nor the rule's.
   * twice: a row is in the target table and in quarantine too. unexpected: a new row that no rule explains. stray: a row in
   * quarantine that is no row of its table. original: a row or value of the original table is not as it was. far: a rule
   * moved a value further than it may.
   */
  readonly kind: 'lost' | 'altered' | 'twice' | 'unexpected' | 'stray' | 'original' | 'far';
  readonly count: number;
  readonly rows: readonly DifferentRow[];
  /** Of the kind `original`: where the original table is, or was. */
  readonly original?: string;
  /** Of the kind `far`: the measure, its limit, and the largest that was measured. */
  readonly measured?: Pick<BeyondLimit, 'measure' | 'limit' | 'largest'>;
}

/**
 * The rows and values that are lost, altered, or there twice, with the first rows of each.
 * @param outcomes the query of outcomesQuery
 */
export async function differencesIn(
  client: pg.Client,
  table: string,
  legacy: LegacyTable,
  counted: Pick<OutcomeCounts, 'lost' | 'twice' | 'columns'>,
  outcomes: string,
): Promise<LegacyDifference[]> {
  const differences: LegacyDifference[] = [];
  for (const kind of ['lost', 'twice'] as const) {
    if (counted[kind] === 0) continue;
    const where = kind === 'lost' ? `outcome = 'lost'` : 'twice';
    differences.push({ table, kind, count: counted[kind], rows: await first(client, outcomes, where, 'null', 'null') });
  }
  for (const [n, { column, altered, largest }] of counted.columns.entries()) {
    for (const { count, rows, ...measured } of largest?.beyond ?? [])
      differences.push({ table, column, kind: 'far', count, rows, measured });
    if (altered === 0) continue;
    const { original, target } = legacy.columns[column] ?? { target: 'null' };
    const from = `(select f.id, ${shortened(original ?? `o.${quoteIdentifier(column)}`)} as was, ${shortened(target)} as now, f.state${n} as state
                     from (${outcomes}) f join ${legacy.source} o on o.id::text = f.id join ${legacy.target} t on t.id = o.id)`;
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
export function deviationOf(difference: LegacyDifference, mapping: LegacyMapping): Deviation {
  const { table, column, kind, count, rows, original, measured } = difference;
  const declared = mapping[table];
  const relation = kind === 'unexpected' ? declared?.target : (original ?? declared?.source ?? table);
  const rule = column === undefined ? undefined : declared?.columns[column]?.rule?.name;
  return {
    check: 'legacy rows',
    where: column === undefined ? table : `${table}.${column}`,
    expected: EXPECTED[kind](rule, relation, measured),
    seen: SEEN[kind](count, measured),
    evidence: rows.map((row) => statement(relation, row)).join('\n'),
    fix: FIX[kind],
  };
}

function statement(relation: string | undefined, { id, before, after }: DifferentRow): string {
  const values = before === null && after === null ? '' : ` -- before: ${shown(before)}; after: ${shown(after)}`;
  return `select * from ${relation} where id = ${quoteLiteral(id)};${values}`;
}

const shown = (value: string | null): string => (value === null ? 'NULL' : JSON.stringify(value));

type Figures = LegacyDifference['measured'];

const NAMES = { distance: 'distance', angle: 'angle (1 - cosine)' };

const EXPECTED: Record<
  LegacyDifference['kind'],
  (rule: string | undefined, relation: string | undefined, measured: Figures) => string
> = {
  lost: () => 'every row carried, changed by a named rule, or quarantined',
  altered: (rule) => (rule ? `the value unchanged, or as the rule ${rule} changes it` : 'the value unchanged'),
  twice: () => 'each row either carried or quarantined',
  unexpected: () => 'only new rows that a rule of `legacy.expectedNewRows` explains',
  stray: () => 'only rows of the table in quarantine, with every value unchanged',
  far: (rule, _, measured) =>
    measured
      ? `every value within ${measured.limit} of what it was, by ${NAMES[measured.measure]}, after the rule ${rule}`
      : '',
  original: (_, relation) => `the original rows in ${relation} unchanged by the migrations`,
};

const SEEN: Record<LegacyDifference['kind'], (count: number, measured: Figures) => string> = {
  lost: (count) => `${count} lost`,
  altered: (count) => `${count} altered`,
  twice: (count) => `${count} carried and quarantined`,
  unexpected: (count) => `${count} that no rule explains`,
  stray: (count) => `${count} that differ from the table's rows, or are not among them`,
  far: (count, measured) => `${count} further from it, the farthest by ${measured?.largest.toPrecision(3)}`,
  original: (count) => `${count} that differ, are missing, or are new`,
};

const FIX: Record<LegacyDifference['kind'], string> = {
  lost: 'Carry the rows in the migration, or quarantine them.',
  altered: "Carry the value unchanged, or name the rule that changes it in the configuration's `legacy.mapping`.",
  twice: 'Quarantine only rows that are not carried.',
  unexpected: "Name the rule by which the migration adds these rows in the configuration's `legacy.expectedNewRows`.",
  stray: 'Quarantine rows as the original table has them, with all of their columns.',
  far: "Leave these values behind by a rule of their own, or allow more in the configuration's `legacy.errors`.",
  original: 'Leave the original rows unchanged: a failed migration is recovered from them.',
};
