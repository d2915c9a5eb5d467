import type pg from 'pg';
import { abbreviated } from '../../catalog/contents.ts';
import { isApplicationSchema, readRows } from '../../catalog/scope.ts';
import { quoteIdentifier } from '../../sql/quote.ts';

/** A column whose values are compared. */
export interface ValueColumn {
  readonly number: number;
  readonly name: string;
  readonly type: string;
}

/** A trigger that may change a row that is updated. */
export interface RowTrigger {
  readonly name: string;
  /** Its definition and its function's body. */
  readonly text: string;
}

/** A table with all of its rows. */
export interface TableRows {
  readonly oid: string;
  /** `schema.table`. */
  readonly table: string;
  readonly columns: readonly ValueColumn[];
  /** The names of the primary key's columns; empty where there is none. */
  readonly key: readonly string[];
  readonly triggers: readonly RowTrigger[];
  /** The values of each row as text, in the order of the columns. */
  readonly rows: readonly (readonly (string | null)[])[];
}

type TableShape = Omit<TableRows, 'rows'> & { readonly sql: string };

// Partitions are read through their table: a row that moves between them is the same row. Generated columns follow others.
const TABLES = `
  select c.oid::text as oid, n.nspname || '.' || c.relname as table, format('%I.%I', n.nspname, c.relname) as sql,
         coalesce((select jsonb_agg(jsonb_build_object('number', a.attnum, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
                     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '[]') as columns,
         coalesce((select jsonb_agg(a.attname order by a.attnum) from pg_constraint k join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
                    where k.conrelid = c.oid and k.contype = 'p'), '[]') as key,
         coalesce((select jsonb_agg(jsonb_build_object('name', t.tgname, 'text', pg_get_triggerdef(t.oid) || ' ' || p.prosrc) order by t.tgname)
                     from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                    where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled <> 'D'
                      and t.tgtype & 1 = 1 and t.tgtype & 2 = 2 and t.tgtype & 16 = 16), '[]') as triggers
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and not c.relispartition and ${isApplicationSchema('n.nspname')}
   order by 2`;

/** So many characters of a value are read; of a longer one its digest says whether it changed. */
const SHOWN = 120;

/**
 * Reads every row of every table of the database, graphile-migrate's own apart. For the small databases of a proof.
 * @param before the tables as they were: a column whose type has changed since is read as a value of the type that it
 * had, where it can be cast, so that a value is the same as before exactly if nothing of it was lost
 */
export async function readAllRows(client: pg.Client, before: readonly TableRows[] = []): Promise<TableRows[]> {
  const shapes = await readRows<TableShape>(client, TABLES);
  const tables: TableRows[] = [];
  for (const { sql, ...shape } of shapes) {
    const was = before.find(({ oid }) => oid === shape.oid);
    const types = shape.columns.map((column) => {
      const old = was?.columns.find(({ number }) => number === column.number);
      return old && old.type !== column.type ? old.type : undefined;
    });
    tables.push({ ...shape, rows: await rowsOf(client, sql, shape.columns, types) });
  }
  return tables;
}

async function rowsOf(
  client: pg.Client,
  table: string,
  columns: readonly ValueColumn[],
  types: readonly (string | undefined)[],
): Promise<TableRows['rows']> {
  const select = (casts: readonly (string | undefined)[]): string => {
    const texts = columns.map(({ name, type }, at) => abbreviated(textOf(name, casts[at], type), SHOWN));
    return `select array[${texts.join(', ')}]::text[] as values from ${table}`;
  };
  const read = async (casts: readonly (string | undefined)[]) =>
    (await readRows<{ values: (string | null)[] }>(client, select(casts))).map(({ values }) => values);
  // A type that is gone, or to which no value can be cast back: the texts are compared.
  return types.some(Boolean) ? read(types).catch(() => read([])) : read([]);
}

/**
 * A value as text; as a value of the type that the column had, if it is what casting that value gives. Otherwise its own
 * text: `'Ann, M.D.'` is not `'Ann'`, although a cast to varchar(3) says so.
 */
function textOf(name: string, old: string | undefined, type: string): string {
  const own = `${quoteIdentifier(name)}::text`;
  if (old === undefined) return own;
  const was = `${quoteIdentifier(name)}::${old}`;
  return `(case when ${was}::${type}::text is not distinct from ${own} then ${was}::text else ${own} end)`;
}
