import type pg from 'pg';
import { readRows } from '../catalog/scope.ts';
import type { RawChange, RowTexts } from './ask.ts';
import type { Whose } from './declared.ts';
import type { Ownership, TableRow } from './owners.ts';

/** A table as changes name it. */
export interface ChangedTable {
  /** `schema.name`; of a partition, that of the table that is partitioned. */
  readonly id: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
}

/** A row that a call changed: what it was before it, and what it is after. */
export interface RowChange {
  readonly table: string;
  readonly command: 'insert' | 'update' | 'delete';
  readonly was: RowTexts | null;
  readonly now: RowTexts | null;
  /** The columns that an update changed. */
  readonly columns: readonly string[];
}

const TABLES = `
  select c.oid::int8 as oid, rn.nspname || '.' || r.relname as id,
         array(select a.attname::text from pg_index i cross join unnest(i.indkey) with ordinality u (attnum, place)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum
                where i.indrelid = c.oid and i.indisprimary order by u.place) as key
    from pg_class c join pg_class r on r.oid = coalesce(pg_partition_root(c.oid), c.oid) join pg_namespace rn on rn.oid = r.relnamespace
   where c.relkind in ('r', 'p', 'f')`;

/** Reads the tables of the database by their oids. */
export async function readTables(client: pg.Client): Promise<ReadonlyMap<number, ChangedTable>> {
  const rows = await readRows<{ oid: string; id: string; key: readonly string[] }>(client, TABLES);
  return new Map(rows.map(({ oid, id, key }) => [Number(oid), { id, key }]));
}

/**
 * The difference that a call made: a row that it changed twice is there once, and one that is afterwards as it was
 * before is left out.
 */
export function netChanges(raw: readonly RawChange[], tables: ReadonlyMap<number, ChangedTable>): RowChange[] {
  const net = new Map<string, { table: string; was: RowTexts | null; now: RowTexts | null }>();
  for (const { relation, was, now } of raw) {
    const { id, key } = tables.get(relation) ?? { id: `relation ${relation}`, key: [] };
    const keyOf = (row: RowTexts): string =>
      `${id} ${JSON.stringify(key.length > 0 ? key.map((name) => row[name]) : row)}`;
    const before = was && net.get(keyOf(was));
    const first = before ? before.was : was;
    if (was) net.delete(keyOf(was));
    if (now) {
      const earlier = net.get(keyOf(now));
      net.set(keyOf(now), { table: id, was: earlier ? earlier.was : first, now });
    } else if (was && first) net.set(keyOf(was), { table: id, was: first, now: null });
  }
  return [...net.values()].flatMap(({ table, was, now }): RowChange[] => {
    if (!was) return now ? [{ table, command: 'insert', was, now, columns: [] }] : [];
    if (!now) return [{ table, command: 'delete', was, now, columns: [] }];
    const columns = Object.keys(now).filter((name) => now[name] !== was[name]);
    return columns.length > 0 ? [{ table, command: 'update', was, now, columns: columns.sort() }] : [];
  });
}

/**
 * Whose rows a change concerns, for the caller: whose the row was and whose it becomes. That of somebody else counts more
 * than that of the caller.
 * @param all the changes of the call: rows that it added may refer to each other
 */
export function whoseChange(change: RowChange, all: readonly RowChange[], ownership: Ownership, caller: string): Whose {
  const besides = all.flatMap(({ table, was, now }): TableRow[] =>
    [was, now].flatMap((values) => (values ? [{ table, values }] : [])),
  );
  const images = [change.was, change.now].flatMap((values) => (values ? [values] : []));
  const owned = images
    .map((values) => ownership.ownersOf(change.table, values, besides))
    .filter(({ size }) => size > 0);
  if (owned.length === 0) return 'nobody';
  if (!owned.every((owners) => owners.has(caller))) return 'others';
  return owned.every(({ size }) => size === 1) ? 'own' : 'shared';
}
