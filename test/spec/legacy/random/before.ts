import type pg from 'pg';
import { tables } from './rows.ts';

/** A row, each of its values as text that tells it from every other value. */
export type Fingerprint = Readonly<Record<string, string>>;
/** By the row's id. */
export type Fingerprints = ReadonlyMap<string, Fingerprint>;

/** What there was before the migration. */
export interface Before {
  /** By the table's name with its schema. */
  readonly rows: ReadonlyMap<string, Fingerprints>;
  /** Everything that the catalogs name: relations, columns, constraints, triggers, policies, functions, types. */
  readonly objects: readonly string[];
  /** The rows of tables that nobody here has heard of. */
  readonly unknown: readonly string[];
}

export async function remember(client: pg.Client): Promise<Before> {
  const rows = new Map<string, Fingerprints>();
  for (const table of tables) {
    if (await exists(client, table)) rows.set(table, await fingerprints(client, `only ${table}`));
  }
  return { rows, objects: await objectsIn(client), unknown: await unknownRows(client) };
}

export async function exists(client: pg.Client, relation: string): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [relation]);
  return rows[0]?.exists === true;
}

/** The rows of a relation, or of a query in parentheses that gives `id` and `row`. */
export async function fingerprints(client: pg.Client, relation: string, row = 'to_jsonb(t)'): Promise<Fingerprints> {
  const { rows } = await client.query<{ id: string; row: Fingerprint }>(`
    select t.id::text, (select jsonb_object_agg(key, value::text) from jsonb_each(${row})) as row from ${relation} t`);
  return new Map(rows.map(({ id, row }) => [id, row]));
}

const OURS = `n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'auth', 'graphile_migrate')`;
const notOfExtension = (catalog: string, id: string) =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${id} and d.deptype = 'e')`;

/** Objects by kind and name, without their schema: what moves stays the same. */
export async function objectsIn(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ object: string }>(`
    with relations as (
      select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where ${OURS} and c.relkind <> 't' and ${notOfExtension('pg_class', 'c.oid')}
    )
    select 'relation ' || relname || ' ' || relkind::text as object from relations
    union select 'column ' || relname || '.' || attname || ' ' || (select typname from pg_type t where t.oid = atttypid)
      from relations join pg_attribute on attrelid = relations.oid and attnum > 0 and not attisdropped
      where relkind in ('r', 'p', 'v', 'm')
    union select 'constraint ' || conname || ' on ' || relname from relations join pg_constraint on conrelid = relations.oid and contype <> 'n'
    union select 'trigger ' || tgname || ' on ' || tgrelid::regclass::text from pg_trigger where tgrelid = 'auth.users'::regclass and not tgisinternal
    union select 'trigger ' || tgname || ' on ' || relname from relations join pg_trigger on tgrelid = relations.oid and not tgisinternal
    union select 'policy ' || polname || ' on ' || relname from relations join pg_policy on polrelid = relations.oid
    union select 'function ' || proname || '/' || pronargs from pg_proc p join pg_namespace n on n.oid = pronamespace
      where ${OURS} and ${notOfExtension('pg_proc', 'p.oid')}
    union select 'type ' || typname || ' ' || typtype::text from pg_type t join pg_namespace n on n.oid = typnamespace
      where ${OURS} and typtype in ('e', 'd') and ${notOfExtension('pg_type', 't.oid')}
    union select 'publication ' || pubname || ' of ' || tablename from pg_publication_tables
    union select 'schema ' || nspname from pg_namespace n where ${OURS}
    order by 1`);
  return rows.map(({ object }) => object);
}

/** Each row of a table that is none of the known ones, with the table's name but not its schema. */
export async function unknownRows(client: pg.Client): Promise<string[]> {
  const known = tables.map((table) => table.split('.')[1]);
  const { rows: found } = await client.query<{ id: string; name: string }>(
    `select c.oid::regclass::text as id, relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${OURS} and relkind = 'r' and relname <> all ($1)`,
    [known],
  );
  const rows: string[] = [];
  for (const { id, name } of found) {
    const { rows: held } = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from only ${id} t`);
    rows.push(...held.map(({ row }) => `${name} ${row}`));
  }
  return rows.sort();
}
