import type pg from 'pg';
import { SCRATCH } from '../access/sets/scratch.ts';
import type { Table } from '../catalog/table.ts';
import { quoteLiteral } from '../sql/quote.ts';

/**
 * Has each call say which tables were read or written for it: `touches()` (functions/changes-scratch.ts) counts the scans of
 * each table, its partitions and its indexes, the blocks that were read of it, and rows added. The server counts them at once,
 * and keeps them when a subtransaction is rolled back.
 * @returns the ids of the tables, in the order of the numbers; undefined where the server does not count
 */
export async function countTouches(
  client: pg.Client,
  tables: readonly Table[],
): Promise<readonly string[] | undefined> {
  const { rows: setting } = await client.query<{ on: boolean }>(
    "select current_setting('track_counts')::boolean as on",
  );
  const list = tables.map(({ id, sql }) => `(${quoteLiteral(id)}, ${quoteLiteral(sql)}::regclass::oid)`);
  if (!setting[0]?.on || list.length === 0) return undefined;
  const { rows } = await client.query<{ id: string; scanned: string[]; stored: string[] }>(`
    with recursive own (id, part) as (
      select t.id, t.home from (values ${list.join(', ')}) t (id, home)
      union all select o.id, i.inhrelid from own o join pg_inherits i on i.inhparent = o.part),
    scanned (id, part, stores) as (
      select id, part, true from own
      union select o.id, x.indexrelid, false from own o join pg_index x on x.indrelid = o.part)
    select id, array_agg(part::text) as scanned, array_agg(part::text) filter (where stores) as stored from scanned group by id`);
  const numbers = rows.map(({ scanned, stored }) =>
    [
      ...scanned.map((oid) => `pg_catalog.pg_stat_get_xact_numscans(${oid})`),
      ...stored.flatMap((oid) => [
        `pg_catalog.pg_stat_get_xact_blocks_fetched(${oid})`,
        `pg_catalog.pg_stat_get_xact_tuples_inserted(${oid})`,
      ]),
    ].join(' + '),
  );
  await client.query(`
    create or replace function ${SCRATCH}.touches() returns bigint[] language plpgsql as $$
    begin
      return array[${numbers.join(',\n')}];
    end $$;`);
  return rows.map(({ id }) => id);
}

/** The places of the tables that `use` reads or writes; undefined where nobody counts. */
export async function touchedBy(
  client: pg.Client,
  counted: readonly string[] | undefined,
  use: () => Promise<unknown>,
): Promise<ReadonlySet<number> | undefined> {
  const before = await touches(client);
  await use();
  const after = await touches(client);
  if (!counted || !before || !after) return undefined;
  return new Set(after.flatMap((number, at) => (number === before[at] ? [] : [at + 1])));
}

async function touches(client: pg.Client): Promise<readonly string[] | null> {
  const { rows } = await client.query<{ touches: string[] | null }>(`select ${SCRATCH}.touches() as touches`);
  return rows[0]?.touches ?? null;
}

/** Ends it: other worlds need not be counted. */
export async function stopCounting(client: pg.Client): Promise<void> {
  await client.query(
    `create or replace function ${SCRATCH}.touches() returns bigint[] language sql as $$ select null::bigint[] $$;`,
  );
}
