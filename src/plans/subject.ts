import type pg from 'pg';
import { type Index, readIndexes } from '../catalog/indexes.ts';
import { sortedBy } from '../catalog/order.ts';

/** Reads the indexes of these schemas that are there for plans alone: no primary key, and nothing that must be unique. */
export async function readPlanIndexes(client: pg.Client, schemas: readonly string[]): Promise<Index[]> {
  const indexes = await readIndexes(client, { schemas });
  return sortedBy(
    indexes.filter(
      ({ unique, constraint, valid, partitioned }) => !unique && constraint === null && valid && !partitioned,
    ),
    ({ id }) => [id],
  );
}

/** Every function that is not immutable and not PostgreSQL's own, as `schema.name`. */
export async function readCostlyFunctions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.provolatile <> 'i' and n.nspname not in ('pg_catalog', 'information_schema') order by name`,
  );
  return rows.map(({ name }) => name);
}

/** The server's major version, and whether the connection's user is a superuser: both decide how plans can be read. */
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
