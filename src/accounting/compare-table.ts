import type pg from 'pg';
import type { UserTable } from '../catalog/user-tables.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { LegacyDifference } from './differences.ts';
import { type DifferentRow, FIRST, shortened } from './first-rows.ts';
import { digestColumn, digestsQuery, idOf, keyExpression, type MeasuredTable } from './measure.ts';

/** A table that was there before the migrations, compared with where it is after them. */
export interface ComparedTable {
  /** schema.table, before and after; null when the table is missing. */
  readonly before: string;
  readonly after: string | null;
  readonly rows: number;
  /** The name of each column, before and after; null when the column is missing. */
  readonly columns: readonly { readonly before: string; readonly after: string | null }[];
  /** The number of rows that are missing, new, or have another value in some column. */
  readonly differing: number;
}

interface TableComparison {
  readonly table: ComparedTable;
  readonly differences: readonly LegacyDifference[];
}

/**
 * Compares a table with its digests of before the migrations, row by row and value by value. A row, a column or a table
 * that is missing, a row that is new, and a value that is not the same are differences; a column that is new is not.
 *
 * @param after where it is now, under whatever name and in whatever schema; undefined when it is missing
 */
export async function compareTable(
  client: pg.Client,
  before: MeasuredTable,
  after: UserTable | undefined,
): Promise<TableComparison> {
  const columns = before.columns.map(({ name, number }) => ({
    number,
    before: name,
    after: nameIn(after, before, name),
  }));
  const name = (column: string): string | null => columns.find((each) => each.before === column)?.after ?? null;
  const key = before.key.flatMap((column) => name(column) ?? []);
  const place = after ? plain(after) : null;
  const difference = (rows: readonly DifferentRow[], count: number, column?: string): LegacyDifference => ({
    ...{ table: before.name, kind: 'original', count, rows, original: place ?? plain(before) },
    ...(column === undefined ? {} : { column }),
  });
  const gone = columns
    .filter((column) => column.after === null)
    .map((column) => difference([], before.measure.rows, column.before));
  if (!after || key.length < before.key.length)
    return {
      table: {
        before: plain(before),
        after: place,
        rows: before.measure.rows,
        columns,
        differing: before.measure.rows,
      },
      differences: after ? gone : [difference([], before.measure.rows)],
    };

  const joined = await joinDigests(client, before, { ...after, key }, columns);
  const { oneSided, changed, byColumn } = await countDifferences(client, joined);
  const differences = [...gone];
  if (oneSided > 0) differences.push(difference(await oneSidedRows(client, joined), oneSided));
  for (const [column, count] of byColumn) {
    const rows = await changedRows(client, joined, column, before.key.length > 0 ? { ...after, key } : undefined);
    differences.push(difference(rows, count, column.before));
  }
  const differing = gone.length > 0 ? before.measure.rows : oneSided + changed;
  return { table: { before: plain(before), after: place, rows: before.measure.rows, columns, differing }, differences };
}

/** The name of a column now: where the table is the same, its number stays whatever it is called. */
function nameIn(after: UserTable | undefined, before: UserTable, name: string): string | null {
  const number = before.columns.find((column) => column.name === name)?.number;
  const same = after?.columns.find((column) =>
    after.oid === before.oid ? column.number === number : column.name === name,
  );
  return same?.name ?? null;
}

/** The digests of before and after the migrations, side by side. */
interface JoinedDigests {
  /** A FROM clause: `b`, the digests of before, and `a`, those of now, by the key of the row. */
  readonly from: string;
  readonly columns: readonly PresentColumn[];
}

interface PresentColumn {
  readonly number: number;
  readonly before: string;
  readonly after: string;
}

const BOTH = 'a.key is not null and b.key is not null';
const differs = (column: PresentColumn): string =>
  `a.${digestColumn(column)} is distinct from b.${digestColumn(column)}`;

async function joinDigests(
  client: pg.Client,
  before: MeasuredTable,
  after: UserTable,
  columns: readonly { number: number; before: string; after: string | null }[],
): Promise<JoinedDigests> {
  const present = columns.filter((column): column is PresentColumn => column.after !== null);
  const named = present.map(({ after: name, number }) => ({ name, number }));
  const now = await digestsQuery(client, after, named);
  return { from: `${before.stored.relation} b full join (${now}) a on a.key = b.key`, columns: present };
}

async function countDifferences(client: pg.Client, { from, columns }: JoinedDigests) {
  const { rows } = await client.query<Record<string, number>>(
    `select (count(*) filter (where a.key is null or b.key is null))::int as "oneSided",
            (count(*) filter (where ${BOTH} and (${columns.map(differs).join(' or ') || 'false'})))::int as changed
            ${columns.map((column) => `, (count(*) filter (where ${BOTH} and ${differs(column)}))::int as c${column.number}`).join('')}
       from ${from}`,
  );
  const counted = rows[0] ?? {};
  const byColumn = columns.map((column) => [column, counted[`c${column.number}`] ?? 0] as const);
  return {
    oneSided: counted.oneSided ?? 0,
    changed: counted.changed ?? 0,
    byColumn: byColumn.filter(([, count]) => count > 0),
  };
}

/** The first rows that are on one side only. */
async function oneSidedRows(client: pg.Client, { from }: JoinedDigests): Promise<DifferentRow[]> {
  const { rows } = await client.query<DifferentRow>(
    `select coalesce(a.key, b.key) as id, case when b.key is not null then 'a row' end as before,
            case when a.key is not null then 'a row' end as after
       from ${from} where a.key is null or b.key is null order by 1 limit ${FIRST}`,
  );
  return rows;
}

/** The first rows with another value. Of the value of before only the digest is known. */
async function changedRows(
  client: pg.Client,
  { from }: JoinedDigests,
  column: PresentColumn,
  after: UserTable | undefined,
): Promise<DifferentRow[]> {
  const value = after ? shortened(`o.${quoteIdentifier(column.after)}`) : 'null';
  const { rows } = await client.query<DifferentRow>(
    `select d.key as id, d.was as before, ${value} as after
       from (select a.key, coalesce('another value, with digest ' || b.${digestColumn(column)}, null) as was
               from ${from} where ${BOTH} and ${differs(column)} order by 1 limit ${FIRST}) d
       ${after ? `join ${idOf(after)} o on ${keyExpression(after.key)} = d.key` : ''} order by 1`,
  );
  return rows;
}

const plain = ({ schema, name }: Pick<UserTable, 'schema' | 'name'>): string => `${schema}.${name}`;
