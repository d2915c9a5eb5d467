import type pg from 'pg';
import { type Difference, type DifferentRow, FIRST, shortened } from './differences.ts';
import { quote } from './form.ts';
import { digests, type FoundTable, idOf, keyExpression, type MeasuredTable } from './measure.ts';

/** A table that was there before the migrations, and where it is kept after them. */
export interface KeptTable {
  /** schema.table, before and after; null when it is gone. */
  readonly before: string;
  readonly after: string | null;
  readonly rows: number;
  /** The name of each column, before and after; null when it is gone. */
  readonly columns: readonly { readonly before: string; readonly after: string | null }[];
  /** Rows that are gone, new, or have another value in some column. */
  readonly differing: number;
}

interface Compared {
  readonly kept: KeptTable;
  readonly differences: readonly Difference[];
}

/**
 * Compares a table with what was measured of it before the migrations, row by row and value by value.
 *
 * @param after where it is now, under whatever name and in whatever schema; undefined when it is gone
 */
export async function compareKept(
  client: pg.Client,
  before: MeasuredTable,
  after: FoundTable | undefined,
): Promise<Compared> {
  const columns = before.columns.map(({ name, number }) => ({
    number,
    before: name,
    after: nameIn(after, before, name),
  }));
  const name = (column: string): string | null => columns.find((each) => each.before === column)?.after ?? null;
  const key = before.key.flatMap((column) => name(column) ?? []);
  const found = after ? plain(after) : null;
  const told = (rows: readonly DifferentRow[], count: number, column?: string): Difference => ({
    ...{ table: before.name, kind: 'kept', count, rows, kept: found ?? plain(before) },
    ...(column === undefined ? {} : { column }),
  });
  const gone = columns
    .filter((column) => column.after === null)
    .map((column) => told([], before.measure.rows, column.before));
  if (!after || key.length < before.key.length)
    return {
      kept: { before: plain(before), after: found, rows: before.measure.rows, columns, differing: before.measure.rows },
      differences: after ? gone : [told([], before.measure.rows)],
    };

  const joined = await join(client, before, { ...after, key }, columns);
  const { strangers, changed, byColumn } = await countDifferences(client, joined);
  const differences = [...gone];
  if (strangers > 0) differences.push(told(await strangeRows(client, joined), strangers));
  for (const [column, count] of byColumn) {
    const rows = await changedRows(client, joined, column, before.key.length > 0 ? { ...after, key } : undefined);
    differences.push(told(rows, count, column.before));
  }
  const differing = gone.length > 0 ? before.measure.rows : strangers + changed;
  return { kept: { before: plain(before), after: found, rows: before.measure.rows, columns, differing }, differences };
}

/** The name of a column now: where the table is the same, its number stays whatever it is called. */
function nameIn(after: FoundTable | undefined, before: FoundTable, name: string): string | null {
  const number = before.columns.find((column) => column.name === name)?.number;
  const same = after?.columns.find((column) =>
    after.oid === before.oid ? column.number === number : column.name === name,
  );
  return same?.name ?? null;
}

interface Joined {
  /** `b`, what was measured, and `a`, what is there, with key and digests. */
  readonly from: string;
  readonly columns: readonly NowColumn[];
}

interface NowColumn {
  readonly number: number;
  readonly before: string;
  readonly after: string;
}

const BOTH = 'a.key is not null and b.key is not null';
const differs = ({ number }: NowColumn): string => `a.h${number} is distinct from b.h${number}`;

async function join(
  client: pg.Client,
  before: MeasuredTable,
  after: FoundTable,
  columns: readonly { number: number; before: string; after: string | null }[],
): Promise<Joined> {
  const there = columns.filter((column): column is NowColumn => column.after !== null);
  const named = there.map(({ after: name, number }) => ({ name, number, type: '' }));
  const now = await digests(client, after, idOf(after), named);
  return { from: `${before.remembered.relation} b full join (${now}) a on a.key = b.key`, columns: there };
}

async function countDifferences(client: pg.Client, { from, columns }: Joined) {
  const { rows } = await client.query<Record<string, number>>(
    `select (count(*) filter (where a.key is null or b.key is null))::int as strangers,
            (count(*) filter (where ${BOTH} and (${columns.map(differs).join(' or ') || 'false'})))::int as changed
            ${columns.map((column) => `, (count(*) filter (where ${BOTH} and ${differs(column)}))::int as c${column.number}`).join('')}
       from ${from}`,
  );
  const counted = rows[0] ?? {};
  const byColumn = columns.map((column) => [column, counted[`c${column.number}`] ?? 0] as const);
  return {
    strangers: counted.strangers ?? 0,
    changed: counted.changed ?? 0,
    byColumn: byColumn.filter(([, count]) => count > 0),
  };
}

/** The first rows that are on one side only. */
async function strangeRows(client: pg.Client, { from }: Joined): Promise<DifferentRow[]> {
  const { rows } = await client.query<DifferentRow>(
    `select coalesce(a.key, b.key) as id, case when b.key is not null then 'a row' end as before,
            case when a.key is not null then 'a row' end as after
       from ${from} where a.key is null or b.key is null order by 1 limit ${FIRST}`,
  );
  return rows;
}

/** The first rows with another value. What it was is known by its digest alone. */
async function changedRows(
  client: pg.Client,
  { from }: Joined,
  column: NowColumn,
  after: FoundTable | undefined,
): Promise<DifferentRow[]> {
  const value = after ? shortened(`o.${quote(column.after)}`) : 'null';
  const { rows } = await client.query<DifferentRow>(
    `select d.key as id, d.was as before, ${value} as after
       from (select a.key, coalesce('another value, with digest ' || b.h${column.number}, null) as was
               from ${from} where ${BOTH} and ${differs(column)} order by 1 limit ${FIRST}) d
       ${after ? `join ${idOf(after)} o on ${keyExpression(after.key)} = d.key` : ''} order by 1`,
  );
  return rows;
}

const plain = ({ schema, name }: Pick<FoundTable, 'schema' | 'name'>): string => `${schema}.${name}`;
