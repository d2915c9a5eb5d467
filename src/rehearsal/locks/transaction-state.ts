import type pg from 'pg';
import type { LockMode } from './lock-modes.ts';

/** A table, materialized view, index or TOAST table that did not come with PostgreSQL. */
export interface RelationState {
  readonly oid: number;
  readonly name: string;
  readonly kind: string;
  /** The oid of the table that an index or TOAST table belongs to. */
  readonly table: number | null;
  readonly temporary: boolean;
  /** pg_class.relfilenode: it changes when the relation is rewritten. */
  readonly file: number;
  readonly bytes: number;
  /** Rows that the transaction has inserted, updated and deleted so far. */
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** The state of a transaction as its session sees it. */
export interface TransactionState {
  /** The position of the WAL, in bytes. */
  readonly wal: number;
  readonly locks: readonly { readonly oid: number; readonly mode: LockMode }[];
  readonly relations: ReadonlyMap<number, RelationState>;
}

/**
 * Reads all of it in one query, which itself locks no relation of the project. 16384 is FirstNormalObjectId: relations with
 * lower ids came with PostgreSQL. Numbers are float8, which JavaScript has too.
 */
export const STATE_QUERY = `
select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 as wal,
  (select coalesce(json_agg(json_build_object('oid', l.relation::int8, 'mode', l.mode)), '[]')
     from pg_locks l
    where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted and l.relation >= 16384
      and l.database = (select d.oid from pg_database d where d.datname = current_database())) as locks,
  (select coalesce(json_agg(json_build_object(
            'oid', c.oid::int8,
            'name', format('%I.%I', case when c.relpersistence = 't' then 'pg_temp' else n.nspname end, c.relname),
            'kind', c.relkind,
            'table', coalesce(i.indrelid, t.oid)::int8,
            'temporary', c.relpersistence = 't',
            'file', coalesce(pg_relation_filenode(c.oid), 0)::int8,
            'bytes', coalesce(pg_relation_size(c.oid), 0)::float8,
            'inserted', coalesce(pg_stat_get_xact_tuples_inserted(c.oid), 0)::float8,
            'updated', coalesce(pg_stat_get_xact_tuples_updated(c.oid), 0)::float8,
            'deleted', coalesce(pg_stat_get_xact_tuples_deleted(c.oid), 0)::float8)), '[]')
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_index i on i.indexrelid = c.oid
     left join pg_class t on c.relkind = 't' and t.reltoastrelid = c.oid
    where c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'i', 'I', 't')) as relations`;

/** Reads the state of the session's transaction as it is between two statements. */
export async function readState(client: pg.Client): Promise<TransactionState> {
  const { rows } = await client.query<{ wal: number; locks: TransactionState['locks']; relations: RelationState[] }>(
    STATE_QUERY,
  );
  const [{ wal, locks, relations }] = rows as [(typeof rows)[number]];
  return { wal, locks, relations: new Map(relations.map((relation) => [relation.oid, relation])) };
}

/** The table that a relation belongs to, or the table itself; an index of a TOAST table is two steps away from its table. */
export function tableOf(relations: TransactionState['relations'], oid: number): RelationState | undefined {
  const relation = relations.get(oid);
  return relation?.table ? tableOf(relations, relation.table) : relation;
}
