import type pg from 'pg';
import { SCRATCH } from '../access/sets/scratch.ts';
import type { SchemaCatalog } from '../catalog/catalog.ts';
import type { Relation } from '../catalog/relations.ts';
import type { RowTexts } from './ask.ts';

/** A row of the world, or one that the database made with it. */
export interface StoredRow {
  readonly table: Relation;
  /** Column → text, as PostgreSQL writes the value. */
  readonly values: RowTexts;
  /** The whole row as a literal of its table's type. */
  readonly text: string;
}

/** The most rows of one table that are looked at. */
const MOST_ROWS = 200;

/** Gives each table's rows that the open transaction wrote, in the order in which they were written. */
const READ = `
create function ${SCRATCH}.written_rows(queries text[]) returns table (query int, vals jsonb, whole text) language plpgsql as $read$
begin
  for place in 1 .. cardinality(queries) loop
    query := place;
    for vals, whole in execute queries[place] loop
      return next;
    end loop;
  end loop;
end
$read$;`;

/**
 * The rows that the open transaction has added or changed: those of the world, and those that triggers made with them. The
 * scratch schema is to be there.
 * @param since the id of the transaction, taken before its first savepoint
 */
export async function readWorld(client: pg.Client, catalog: SchemaCatalog, since: string): Promise<StoredRow[]> {
  const tables = catalog.relations.filter(
    ({ kind, partitionOf, schema }) =>
      (kind === 'table' || kind === 'partitioned table') && partitionOf === null && schema !== SCRATCH,
  );
  const queries = tables.map(({ sql, columns }) => {
    const values = columns.map((column) => `t.${column.sql}::text`).join(', ');
    // How many transactions after ours: their numbers start again after 2^32.
    const after = `((t.xmin::text::bigint - ${since} + 4294967296) % 4294967296)`;
    return `select to_jsonb(array[${values}]::text[]), t::text from ${sql} t where ${after} < 2147483648 order by ${after}, t.cmin::text::bigint, t.ctid limit ${MOST_ROWS}`;
  });
  await client.query(READ);
  const { rows } = await client.query<{ query: number; vals: readonly (string | null)[]; whole: string }>(
    `select * from ${SCRATCH}.written_rows($1)`,
    [queries],
  );
  return rows.flatMap(({ query, vals, whole }) => {
    const table = tables[query - 1];
    if (!table) return [];
    const values = Object.fromEntries(table.columns.map(({ name }, index) => [name, vals[index] ?? null]));
    return [{ table, values, text: whole }];
  });
}

/** The id of the open transaction, as rows have it. */
export async function transactionId(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select (pg_current_xact_id()::text::numeric % 4294967296)::text as id',
  );
  return rows[0]?.id ?? '0';
}
