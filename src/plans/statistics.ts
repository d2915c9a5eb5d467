import pg from 'pg';
import type { Size, Sizes, Spread } from './settings.ts';
import type { SizedTable, TableColumn } from './tables.ts';

/** pg_statistic's kinds of slots. */
const [MOST_COMMON, HISTOGRAM, CORRELATION] = [1, 2, 3];
/** How many slots there are. */
const SLOTS = 5;
/** Entries of a B-tree page of uuids: an index says by itself how many entries a page of it has. */
const ENTRIES = 200;
const BOUNDS = 100;

interface Slot {
  readonly kind: number;
  readonly operator: string | null;
  readonly numbers?: readonly number[];
  readonly values?: readonly string[];
}

/**
 * Makes the planner see, until the transaction is rolled back, tables as large as declared. It reads rows as
 * rows-per-page times the file's real pages, so the first is set to give the declared number; what full pages would
 * cost is left out. Indexes keep a natural number of entries a page. Written to the catalogs themselves, which takes a
 * superuser; the functions of PostgreSQL 18 that restore statistics write the same rows.
 */
export async function declareSizes(client: pg.Client, tables: readonly SizedTable[], sizes: Sizes): Promise<void> {
  const sized = tables.flatMap((table) => {
    const size = sizes[table.id];
    return size ? [{ table, size }] : [];
  });
  const statements = [
    `delete from pg_statistic where starelid = any (array[${sized.map(({ table }) => table.oid)}]::oid[])`,
  ];
  for (const { table, size } of sized) {
    for (const column of table.columns) {
      const spread = spreadOf(column, size, sizes, tables);
      if (spread) statements.push(await columnStatement(client, table, column, spread));
    }
  }
  // After the columns: a change of pg_class invalidates cached plans.
  for (const { table, size } of sized) {
    statements.push(
      `update pg_class set relpages = ${table.pages}, relallvisible = ${table.pages}, reltuples = ${size.rows} where oid = ${table.oid}`,
      ...table.indexes.map(
        ({ oid, pages }) =>
          `update pg_class set relpages = ${pages}, reltuples = ${Math.min(size.rows, Math.max(pages - 1, 1) * ENTRIES)} where oid = ${oid}`,
      ),
    );
  }
  await client.query(statements.join(';\n'));
}

/** The declared spread of a column, completed from the parent that it references; undefined when neither is known. */
function spreadOf(column: TableColumn, size: Size, sizes: Sizes, tables: readonly SizedTable[]): Spread | undefined {
  const declared = size.columns?.[column.name];
  if (declared?.distinct !== undefined) return declared;
  const numbers = column.references.flatMap(({ table: parent, column: referred }) =>
    distinctOf(parent, referred, sizes, tables),
  );
  if (numbers.length === 0) return declared;
  return { ...declared, distinct: Math.min(size.rows, ...numbers) };
}

/** How many values a column that is referred to has: its own declaration, its parent's, or one a row. */
function distinctOf(
  id: string,
  name: string,
  sizes: Sizes,
  tables: readonly SizedTable[],
  seen: readonly string[] = [],
): number[] {
  const size = sizes[id];
  const table = tables.find((candidate) => candidate.id === id);
  const key = `${id}.${name}`;
  if (!size || !table || seen.includes(key)) return [];
  const declared = size.columns?.[name]?.distinct;
  if (declared !== undefined) return [declared];
  const references = table.columns.find((column) => column.name === name)?.references ?? [];
  const further = references.flatMap((reference) =>
    distinctOf(reference.table, reference.column, sizes, tables, [...seen, key]),
  );
  return [Math.min(size.rows, ...further)];
}

async function columnStatement(
  client: pg.Client,
  table: SizedTable,
  column: TableColumn,
  spread: Spread,
): Promise<string> {
  const slots = [
    await mostCommon(client, table, column, spread),
    histogram(spread, column),
    spread.correlation === undefined
      ? undefined
      : { kind: CORRELATION ?? 0, operator: column.less, numbers: [spread.correlation] },
  ].filter((slot): slot is Slot => slot !== undefined);
  const padded = Array.from({ length: SLOTS }, (_, at) => slots[at]);
  const numbered = (name: string) => padded.map((_, at) => `${name}${at + 1}`).join(', ');
  const values = [
    table.oid,
    column.number,
    'false',
    spread.nulls ?? 0,
    column.width > 0 ? column.width : 32,
    // A number of its own for each row is written as a share, so that it grows with the table.
    spread.distinct ?? 0,
    ...padded.map((slot) => slot?.kind ?? 0),
    ...padded.map((slot) => slot?.operator ?? 0),
    ...padded.map((slot) => (slot ? column.collation : 0)),
    ...padded.map((slot) => (slot?.numbers ? `'{${slot.numbers.join(',')}}'::real[]` : 'null')),
    ...padded.map((slot) =>
      slot?.values ? `array_in(${pg.escapeLiteral(arrayOf(slot.values))}::cstring, ${column.type}, -1)` : 'null',
    ),
  ];
  const columns = ['stakind', 'staop', 'stacoll', 'stanumbers', 'stavalues'].map(numbered).join(', ');
  return `insert into pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct, ${columns}) values (${values.join(', ')})`;
}

/** The most common values: those that are named, or those that are the most common among the rows that are there. */
async function mostCommon(
  client: pg.Client,
  table: SizedTable,
  column: TableColumn,
  { common }: Spread,
): Promise<Slot | undefined> {
  if (!common) return undefined;
  if (!isList(common)) return slotOf(Object.keys(common), Object.values(common), column);
  const name = pg.escapeIdentifier(column.name);
  const { rows } = await client.query<{ value: string }>(
    `select ${name}::text as value from ${table.sql} where ${name} is not null group by ${name} order by count(*) desc, ${name} limit $1`,
    [common.length],
  );
  const values = rows.map(({ value }) => value);
  return values.length > 0 ? slotOf(values, common.slice(0, values.length), column) : undefined;
}

const slotOf = (values: readonly string[], numbers: readonly number[], column: TableColumn): Slot => ({
  kind: MOST_COMMON ?? 0,
  operator: column.equals,
  values,
  numbers,
});

function histogram({ range }: Spread, { less }: TableColumn): Slot | undefined {
  if (!range) return undefined;
  const [from, to] = 'days' in range ? range.days : range.numbers;
  const bounds = Array.from({ length: BOUNDS + 1 }, (_, at) => from + ((to - from) * at) / BOUNDS);
  const whole = Number.isInteger(from) && Number.isInteger(to);
  const values = bounds.map((bound) =>
    'days' in range ? daysFromNow(bound) : String(whole ? Math.round(bound) : bound),
  );
  return { kind: HISTOGRAM ?? 0, operator: less, values };
}

const daysFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const arrayOf = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replaceAll(/(["\\])/g, '\\$1')}"`).join(',')}}`;
const isList = (common: NonNullable<Spread['common']>): common is readonly number[] => Array.isArray(common);
