import type pg from 'pg';
import { isApplicationSchema, notExtensionMember } from '../catalog/scope.ts';
import type { Remembered } from './fates.ts';
import { digest, formsOf, quote } from './form.ts';

/** A table as it is found, before anything is measured. */
export interface FoundTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly FoundColumn[];
  /** The columns of its primary key, if it has one. */
  readonly key: readonly string[];
}

export interface FoundColumn {
  readonly name: string;
  readonly number: number;
  readonly type: string;
}

/** How many rows a table has, and of each column how many NULLs and the sum of the digests of its values. */
export interface Measure {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly nulls: number; readonly checksum: string }[];
}

/** A table with its measure, and the digests of its values row by row, in a temporary table. */
export interface MeasuredTable extends FoundTable {
  readonly measure: Measure;
  readonly remembered: Remembered;
}

export const idOf = ({ schema, name }: Pick<FoundTable, 'schema' | 'name'>): string =>
  `${quote(schema)}.${quote(name)}`;

/**
 * All tables that somebody made: no system's, no extension's, not graphile-migrate's own, and of the schemas `except`
 * only those named in `but`.
 */
export async function findTables(
  client: pg.Client,
  except: readonly string[] = [],
  but: readonly string[] = [],
): Promise<FoundTable[]> {
  const { rows } = await client.query<FoundTable>(
    `select c.oid::int8::float8 as oid, n.nspname::text as schema, c.relname::text as name,
            coalesce((select json_agg(json_build_object('name', a.attname, 'number', a.attnum,
                                               'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
                from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
            coalesce((select json_agg(a.attname order by array_position(k.conkey, a.attnum))
                        from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
                       where k.conrelid = c.oid and k.contype = 'p'), '[]') as key
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpersistence <> 't'
        and ${isApplicationSchema('n.nspname')}
        and (n.nspname <> all ($1) or n.nspname || '.' || c.relname = any ($2))
        and ${notExtensionMember('pg_class', 'c.oid')}
      order by 2, 3`,
    [except, but],
  );
  return rows;
}

/** Measures a table and keeps nothing: for a database that must not be written to. */
export async function measure(client: pg.Client, table: FoundTable): Promise<Measure> {
  return summed(client, table, `(${await digests(client, table, idOf(table), table.columns)})`);
}

/** Measures a table, and remembers the digest of each value until the connection ends. */
export async function measureAndRemember(client: pg.Client, table: FoundTable): Promise<MeasuredTable> {
  const relation = `pg_temp.measured_${table.oid}`;
  await client.query(
    `create temporary table measured_${table.oid} as ${await digests(client, table, idOf(table), table.columns)}`,
  );
  await client.query(`analyze ${relation}`);
  const remembered = {
    relation,
    digests: Object.fromEntries(table.columns.map(({ name, number }) => [name, `h${number}`])),
  };
  return { ...table, measure: await summed(client, table, relation), remembered };
}

/**
 * A query that gives a key for each row (its id or primary key; a digest of the whole row where it has none, counted
 * where rows are alike) and a digest of each value (h1, h2, … by `number`).
 */
export async function digests(
  client: pg.Client,
  { key }: FoundTable,
  relation: string,
  columns: readonly FoundColumn[],
): Promise<string> {
  const forms = await formsOf(
    client,
    columns.map(({ name }) => `o.${quote(name)}`),
    `${relation} o`,
  );
  const keyOf = keyExpression(key);
  const values = columns.map(
    ({ name, number }, n) => `, ${digest('k.key', forms[n]?.exact(`o.${quote(name)}`) ?? 'null')} as h${number}`,
  );
  const alike = 'row_number() over (partition by o::text)';
  const rows =
    key.length > 0
      ? `${relation} o`
      : `(select o.*, md5(o::text) || ' ' || ${alike} as ${ROW_KEY} from ${relation} o) o`;
  return `select k.key${values.join('')} from ${rows}, lateral (select ${keyOf} as key offset 0) k`;
}

const ROW_KEY = 'rolecall_row_key';

export function keyExpression(key: readonly string[]): string {
  const [only, ...more] = key;
  if (only === undefined) return `o.${ROW_KEY}`;
  return more.length === 0
    ? `o.${quote(only)}::text`
    : `row(${key.map((name) => `o.${quote(name)}`).join(', ')})::text`;
}

async function summed(client: pg.Client, { columns }: FoundTable, from: string): Promise<Measure> {
  const sums = columns.map(
    ({ number: n }) =>
      `, (count(*) filter (where h${n} is null))::int as nulls${n}, coalesce(sum(h${n}), 0)::text as sum${n}`,
  );
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
