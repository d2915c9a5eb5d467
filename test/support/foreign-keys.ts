import type pg from 'pg';

export type Row = Readonly<Record<string, unknown>>;
/** The rows of every table, by its name with the schema. */
export type Rows = ReadonlyMap<string, readonly Row[]>;

export interface ForeignKey {
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
  readonly action: 'cascade' | 'set null' | 'restrict' | 'no action' | 'set default';
  /** What SET NULL sets: the columns it names, or all. */
  readonly nulled: readonly string[];
}

export async function foreignKeysOf(client: pg.Client, schemas: readonly string[]): Promise<ForeignKey[]> {
  const names = (of: string, numbers: string) => `
    (select array_agg(a.attname::text order by k.place)
     from unnest(${numbers}) with ordinality k (attnum, place)
     join pg_attribute a on a.attrelid = ${of} and a.attnum = k.attnum)`;
  const { rows } = await client.query<ForeignKey>(
    `select f.conname as name,
            child.relnamespace::regnamespace || '.' || child.relname as child,
            parent.relnamespace::regnamespace || '.' || parent.relname as parent,
            ${names('f.conrelid', 'f.conkey')} as columns,
            ${names('f.confrelid', 'f.confkey')} as "parentColumns",
            case f.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'r' then 'restrict'
                               when 'a' then 'no action' when 'd' then 'set default' end as action,
            coalesce(${names('f.conrelid', 'f.confdelsetcols')}, ${names('f.conrelid', 'f.conkey')}) as nulled
     from pg_constraint f
     join pg_class child on child.oid = f.conrelid
     join pg_class parent on parent.oid = f.confrelid
     where f.contype = 'f' and child.relnamespace::regnamespace::text = any ($1)
     order by 1`,
    [schemas],
  );
  return rows;
}

export async function rowsOf(client: pg.Client, schemas: readonly string[]): Promise<Rows> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select relnamespace::regnamespace || '.' || relname as name from pg_class
     where relkind = 'r' and relnamespace::regnamespace::text = any ($1) order by 1`,
    [schemas],
  );
  const read = new Map<string, readonly Row[]>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: Row }>(`select to_jsonb(t) as row from ${name} t order by t::text`);
    read.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return read;
}

/** What the row refers to, or undefined where one of the columns is null. */
export function referenceOf({ columns }: ForeignKey, row: Row): string | undefined {
  return referenceIn(row, columns);
}

function referenceIn(row: Row, columns: readonly string[]): string | undefined {
  const values = columns.map((column) => row[column]);
  return values.includes(null) ? undefined : JSON.stringify(values);
}

/** The rows that refer to a row that is not there. */
export function orphansOf(key: ForeignKey, rows: Rows): Row[] {
  const parents = new Set((rows.get(key.parent) ?? []).map((row) => referenceIn(row, key.parentColumns)));
  return (rows.get(key.child) ?? []).filter((row) => {
    const reference = referenceOf(key, row);
    return reference !== undefined && !parents.has(reference);
  });
}

/** What the foreign keys make of the rows when one row of this table is deleted. */
export function afterDeleting(table: string, id: string, before: Rows, keys: readonly ForeignKey[]): Rows {
  const after = new Map(before);
  remove(table, (row) => row.id === id);
  return after;

  function remove(name: string, gone: (row: Row) => boolean): void {
    const rows = after.get(name) ?? [];
    const removed = rows.filter(gone);
    if (removed.length === 0) return;
    after.set(
      name,
      rows.filter((row) => !gone(row)),
    );
    for (const key of keys.filter(({ parent }) => parent === name)) {
      const references = new Set(removed.map((row) => referenceIn(row, key.parentColumns)));
      const refers = (row: Row) => references.has(referenceOf(key, row) ?? '');
      if (key.action === 'cascade') remove(key.child, refers);
      if (key.action === 'set null') forget(key, refers);
    }
  }

  function forget({ child, nulled }: ForeignKey, refers: (row: Row) => boolean): void {
    const forgotten = Object.fromEntries(nulled.map((column) => [column, null]));
    after.set(
      child,
      (after.get(child) ?? []).map((row) => (refers(row) ? { ...row, ...forgotten } : row)),
    );
  }
}

/** The tables whose rows go when one of this table goes. */
export function dependentsOf(table: string, keys: readonly ForeignKey[], found = new Set<string>()): Set<string> {
  for (const { child } of keys.filter(({ parent, action }) => parent === table && action === 'cascade')) {
    if (found.has(child)) continue;
    found.add(child);
    dependentsOf(child, keys, found);
  }
  return found;
}
