import type pg from 'pg';
import type { UserColumn, UserTable } from '../catalog/user-tables.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { canonicalTextsOf, digest } from './canonical-text.ts';

/** How many rows a table has, and of each column how many NULLs and the sum of the digests of its values. */
export interface TableMeasure {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly nulls: number; readonly checksum: string }[];
}

/** The digests of a table's values, row by row: a temporary relation with the column `key` and one for each value. */
export interface StoredDigests {
  readonly relation: string;
  /** Column of the table → the column of its digests. */
  readonly digests: Readonly<Record<string, string>>;
}

/** A table with its measure and its digests, which are there until the connection ends. */
export interface MeasuredTable extends UserTable {
  readonly measure: TableMeasure;
  readonly stored: StoredDigests;
}

/** A table's name as an SQL identifier. */
export const idOf = ({ schema, name }: Pick<UserTable, 'schema' | 'name'>): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** Measures a table and stores nothing: for a database that must not be written to. */
export async function measureTable(client: pg.Client, table: UserTable): Promise<TableMeasure> {
  return summed(client, table, `(${await digestsQuery(client, table, table.columns)})`);
}

/** Measures a table, and stores the digest of each value until the connection ends. */
export async function measureAndStore(client: pg.Client, table: UserTable): Promise<MeasuredTable> {
  const relation = `pg_temp.measured_${table.oid}`;
  await client.query(
    `create temporary table measured_${table.oid} as ${await digestsQuery(client, table, table.columns)}`,
  );
  await client.query(`analyze ${relation}`);
  const stored = {
    relation,
    digests: Object.fromEntries(table.columns.map(({ name, number }) => [name, digestColumn({ number })])),
  };
  return { ...table, measure: await summed(client, table, relation), stored };
}

/** The name of the column with the digests of a column's values. */
export const digestColumn = ({ number }: Pick<UserColumn, 'number'>): string => `h${number}`;

/**
 * A query that gives a key for each row of a table, and the digest of each value under the name of its digest column. The
 * key is the primary key; where there is none, a digest of all values of the row, counted where rows are alike.
 */
export async function digestsQuery(
  client: pg.Client,
  table: UserTable,
  columns: readonly Pick<UserColumn, 'name' | 'number'>[],
): Promise<string> {
  const { key } = table;
  const relation = idOf(table);
  const texts = await canonicalTextsOf(
    client,
    columns.map(({ name }) => `o.${quoteIdentifier(name)}`),
    `${relation} o`,
  );
  const values = columns.map((column, n) => {
    const written = texts[n]?.exact(`o.${quoteIdentifier(column.name)}`) ?? 'null';
    return `, ${digest('k.key', written)} as ${digestColumn(column)}`;
  });
  const alike = 'row_number() over (partition by o::text)';
  const rows =
    key.length > 0
      ? `${relation} o`
      : `(select o.*, md5(o::text) || ' ' || ${alike} as ${ROW_KEY} from ${relation} o) o`;
  return `select k.key${values.join('')} from ${rows}, lateral (select ${keyExpression(key)} as key offset 0) k`;
}

const ROW_KEY = 'rolecall_row_key';

/** SQL of the key of a row `o` as text, of a table with this primary key. */
export function keyExpression(key: readonly string[]): string {
  const [only, ...more] = key;
  if (only === undefined) return `o.${ROW_KEY}`;
  return more.length === 0
    ? `o.${quoteIdentifier(only)}::text`
    : `row(${key.map((name) => `o.${quoteIdentifier(name)}`).join(', ')})::text`;
}

async function summed(client: pg.Client, { columns }: UserTable, from: string): Promise<TableMeasure> {
  const sums = columns.map((column) => {
    const [n, digests] = [column.number, digestColumn(column)];
    return `, (count(*) filter (where ${digests} is null))::int as nulls${n}, coalesce(sum(${digests}), 0)::text as sum${n}`;
  });
  const { rows } = await client.query<Record<string, number | string>>(
    `select count(*)::int as rows${sums.join('')} from ${from} d`,
  );
  const row = rows[0] ?? {};
  return {
    rows: Number(row.rows),
    columns: columns.map(({ name, number }) => ({
      name,
      nulls: Number(row[`nulls${number}`]),
      checksum: String(row[`sum${number}`]),
    })),
  };
}
