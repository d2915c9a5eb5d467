import type pg from 'pg';
import { SCRATCH } from '../access/sets/scratch.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { VariedTable } from './vary.ts';

/**
 * Has each call say which tables were read or written for it: `written()`, which says so of tables that nobody may watch
 * (functions/changes-scratch.ts), counts the blocks that were read of each table, its partitions and indexes, scans, and
 * rows written. The server counts them at once, and keeps them when a subtransaction is rolled back.
 * @returns name as a call gives it → id of the table; undefined where the server does not count
 */
export async function countTouches(
  client: pg.Client,
  tables: readonly VariedTable[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const { rows: setting } = await client.query<{ on: boolean }>(
    "select current_setting('track_counts')::boolean as on",
  );
  if (!setting[0]?.on) return undefined;
  const list = tables.map(({ table }) => `(${quoteLiteral(table.id)}, ${quoteLiteral(table.sql)}::regclass)`);
  if (list.length === 0) return undefined;
  await client.query(`
    create table ${SCRATCH}.counted as
      with recursive own (id, home, part) as (
        select t.id, t.home, t.home::oid from (values ${list.join(', ')}) t (id, home)
        union all select o.id, o.home, i.inhrelid from own o join pg_inherits i on i.inhparent = o.part)
      select id, home, part from own union select o.id, o.home, x.indexrelid from own o join pg_index x on x.indrelid = o.part;
    grant select on ${SCRATCH}.counted to public;
    create or replace function ${SCRATCH}.written() returns jsonb language plpgsql as $$
    begin
      return (select jsonb_object_agg(c.home::oid::text, c.count) from (
        select home, sum(pg_stat_get_xact_numscans(part) + pg_stat_get_xact_blocks_fetched(part) + pg_stat_get_xact_tuples_inserted(part)) as count
          from ${SCRATCH}.counted group by home) c);
    end $$;`);
  const { rows } = await client.query<{ name: string; id: string }>(
    `select distinct home::text as name, id from ${SCRATCH}.counted`,
  );
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** Ends it: other worlds need not be counted. */
export async function stopCounting(client: pg.Client): Promise<void> {
  await client.query(
    `create or replace function ${SCRATCH}.written() returns jsonb language sql as $$ select null::jsonb $$;`,
  );
}
