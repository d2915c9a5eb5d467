import type pg from 'pg';
import { readSchemaCatalog } from '../../../../src/catalog/catalog.ts';
import type { ForeignKey } from '../../../../src/catalog/constraints.ts';
import type { Relation } from '../../../../src/catalog/relations.ts';
import { type Callable, readCallables } from '../../../../src/functions/parameters.ts';
import { quoteIdentifier, quoteLiteral } from '../../../../src/sql/quote.ts';

/** The texts of a row's values, by column. */
export type RowTexts = Readonly<Record<string, string | null>>;

/** What can be written and called in a database, by whom, and some of its rows. */
export interface Supply {
  readonly tables: readonly Relation[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly callables: readonly Callable[];
  /** Whether a role may execute a function. */
  mayExecute(role: string, identity: string): boolean;
  /** The columns that a role may write with a command; with `delete`, all or none. */
  writable(role: string, table: Relation, command: 'insert' | 'update' | 'delete'): ReadonlySet<string>;
  /** Some rows of a table, as of the last look. */
  rowsOf(table: string): readonly RowTexts[];
  /** Looks at the rows again. */
  look(): Promise<void>;
}

const ROLES = ['anon', 'authenticated', 'service_role'];

/** How many rows of a table are known at a time: enough that sessions meet, and not always the same. */
const ROWS = 40;

/** Reads what the roles may do in these schemas, and looks at the rows for the first time. */
export async function readSupply(client: pg.Client, schemas: readonly string[]): Promise<Supply> {
  const catalog = await readSchemaCatalog(client, { schemas: [...schemas, 'auth'] });
  const tables = catalog.relations.filter(({ kind }) => kind === 'table' || kind === 'view');
  const own = catalog.functions.filter(({ schema, trigger }) => schemas.includes(schema) && !trigger);
  const { callables } = await readCallables(client, own);
  const executable = await pairsOf(
    client,
    `select r.role || ' ' || f.identity as pair
     from unnest($1::text[]) r (role), unnest($2::text[]) f (identity)
     where has_function_privilege(r.role, f.identity, 'execute')`,
    [ROLES, own.map(({ identity }) => identity)],
  );
  const writable = await pairsOf(
    client,
    `select r.role || ' ' || p.command || ' ' || c.relnamespace::regnamespace || '.' || c.relname || ' ' || a.attname as pair
     from unnest($1::text[]) r (role), unnest(array['insert', 'update', 'delete']) p (command),
       pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace::regnamespace::text = any ($2) and c.relkind in ('r', 'v')
       and case p.command when 'delete' then has_table_privilege(r.role, c.oid, 'delete')
             else has_column_privilege(r.role, c.oid, a.attnum, p.command) end`,
    [ROLES, schemas],
  );
  const foreignKeys = catalog.constraints.filter(({ kind }) => kind === 'foreign key') as ForeignKey[];
  let rows = new Map<string, readonly RowTexts[]>();
  const supply: Supply = {
    tables: tables.filter(({ schema }) => schemas.includes(schema)),
    foreignKeys,
    callables,
    mayExecute: (role, identity) => executable.has(`${role} ${identity}`),
    writable: (role, { id, columns }, command) =>
      new Set(columns.flatMap(({ name }) => (writable.has(`${role} ${command} ${id} ${name}`) ? [name] : []))),
    rowsOf: (table) => rows.get(table) ?? [],
    async look() {
      const { rows: read } = await client.query<{ id: string; rows: RowTexts[] | null }>(
        tables.map(rowsQuery).join(' union all '),
      );
      rows = new Map(read.map((one) => [one.id, one.rows ?? []]));
    },
  };
  await supply.look();
  return supply;
}

async function pairsOf(client: pg.Client, sql: string, values: readonly unknown[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ pair: string }>(sql, [...values]);
  return new Set(rows.map(({ pair }) => pair));
}

/** SQL for some rows; long values are drawn by their type instead. */
function rowsQuery({ id, sql, columns }: Relation): string {
  const short = columns.filter(({ type }) => !/vec|bit|json/.test(type));
  const pairs = short.map(({ name }) => `${quoteLiteral(name)}, left(t.${quoteIdentifier(name)}::text, 500)`);
  return `select ${quoteLiteral(id)} as id, (select json_agg(o.o) from (
    select json_build_object(${pairs.join(', ')}) as o from ${sql} t order by random() limit ${ROWS}) o) as rows`;
}
