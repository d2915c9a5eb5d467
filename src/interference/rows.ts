import type pg from 'pg';
import { forEach } from '../access/attempt.ts';
import { rowId } from '../access/sets/scratch.ts';
import type { Table } from '../catalog/table.ts';
import { quoteLiteral } from '../sql/quote.ts';

/** A row as it is stored before anything is changed. */
export interface LocatedRow {
  /** The id of its table, `schema.name`. */
  readonly table: string;
  /** The oid of its table and its place there. */
  readonly id: string;
  /** Column → text, of the columns that say which row it is, to which it refers, and of uuids. */
  readonly keys: ReadonlyMap<string, string | null>;
  /** Column → the id of a persona that it holds. */
  readonly held: ReadonlyMap<string, string>;
}

/** The rows of a table, the youngest first. */
export interface LocatedTable {
  readonly table: Table;
  /** The table for SQL that reads or writes its own rows, and no child's. */
  readonly only: string;
  readonly rows: readonly LocatedRow[];
  /** Whether these are all of its rows. */
  readonly complete: boolean;
}

/** As many rows of a table are looked at; the world's are the youngest, and so among them. */
const MOST_ROWS = 500;

/** Reads the rows of tables, as the connection's own user, for what says which row is whose. */
export async function readRows(
  client: pg.Client,
  tables: readonly Table[],
  ids: readonly string[],
): Promise<LocatedTable[]> {
  return forEach(client, tables, (table) => readTable(client, table, tables, ids));
}

async function readTable(
  client: pg.Client,
  table: Table,
  tables: readonly Table[],
  ids: readonly string[],
): Promise<LocatedTable> {
  const keys = keyColumns(table, tables);
  const holders = table.columns.filter(
    ({ name, isText, typeName, labels }) => !keys.includes(name) && isText && !labels && typeName !== 'name',
  );
  const sqlOf = (name: string): string => table.columns.find((column) => column.name === name)?.sql ?? name;
  const only = table.kind === 'table' ? `only ${table.sql}` : table.sql;
  const texts = keys.map((name) => `t.${sqlOf(name)}::text`);
  const known = `array[${ids.map(quoteLiteral).join(', ')}]::text[]`;
  const held = holders.map(({ sql }) => `case when t.${sql}::text = any (${known}) then t.${sql}::text end`);
  const { rows } = await client.query<{ id: string; keys: (string | null)[]; held: (string | null)[] }>(
    `select ${rowId('t')} as id, array[${texts.join(', ')}]::text[] as keys, array[${held.join(', ')}]::text[] as held
       from ${only} t order by age(t.xmin) limit ${MOST_ROWS + 1}`,
  );
  return {
    table,
    only,
    complete: rows.length <= MOST_ROWS,
    rows: rows.slice(0, MOST_ROWS).map((row) => ({
      table: table.id,
      id: row.id,
      keys: new Map(keys.map((name, at) => [name, row.keys[at] ?? null])),
      held: new Map(holders.flatMap(({ name }, at) => (row.held[at] ? [[name, row.held[at]]] : []))),
    })),
  };
}

/** The columns of its primary key, of foreign keys from it and to it, and all uuids. */
function keyColumns(table: Table, tables: readonly Table[]): string[] {
  const referenced = tables.flatMap(({ foreignKeys }) =>
    foreignKeys.filter((key) => key.referencedSql === table.sql).flatMap((key) => key.referencedColumns),
  );
  const uuids = table.columns.filter(({ typeName }) => typeName === 'uuid').map(({ name }) => name);
  return [
    ...new Set([...table.primaryKey, ...table.foreignKeys.flatMap(({ columns }) => columns), ...referenced, ...uuids]),
  ];
}

/** SQL that is true of these rows of `alias`. */
export function isOneOf(alias: string, ids: readonly string[]): string {
  const places = ids.map((id) => quoteLiteral(id.slice(id.indexOf(' ') + 1)));
  return `${alias}.ctid = any (array[${places.join(', ')}]::tid[]) and ${rowId(alias)} = any (array[${ids.map(quoteLiteral).join(', ')}])`;
}
