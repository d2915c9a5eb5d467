import type pg from 'pg';

/** An index that no constraint needs: only plans can. */
export interface Index {
  /** `schema.index`. */
  readonly id: string;
  readonly name: string;
  readonly oid: string;
  readonly table: string;
  readonly definition: string;
}

/** Reads the indexes of these schemas that are there for plans alone: no primary key, and nothing that must be unique. */
export async function readIndexes(client: pg.Client, schemas: readonly string[]): Promise<Index[]> {
  const { rows } = await client.query<Index>(
    `select n.nspname || '.' || i.relname as id, i.relname as name, i.oid::text as oid, tn.nspname || '.' || t.relname as "table",
            pg_get_indexdef(i.oid) as definition
       from pg_index x join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = i.relnamespace
       join pg_class t on t.oid = x.indrelid join pg_namespace tn on tn.oid = t.relnamespace
      where n.nspname = any ($1) and not x.indisunique and not x.indisexclusion and x.indisvalid and t.relkind in ('r', 'm')
      order by id`,
    [schemas],
  );
  return rows;
}

/** Every function that is not immutable and not PostgreSQL's own, as `schema.name`. */
export async function readCostlyFunctions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.provolatile <> 'i' and n.nspname not in ('pg_catalog', 'information_schema') order by name`,
  );
  return rows.map(({ name }) => name);
}

/** What of the server decides how it can be asked. */
export interface Ability {
  readonly major: number;
  readonly superuser: boolean;
}

export async function readAbility(client: pg.Client): Promise<Ability> {
  const { rows } = await client.query<Ability>(
    `select current_setting('server_version_num')::int / 10000 as major, rolsuper as superuser from pg_roles where rolname = current_user`,
  );
  return rows[0] as Ability;
}
