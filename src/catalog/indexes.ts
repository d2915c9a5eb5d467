import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** A column or expression that an index is ordered by. */
export interface IndexKey {
  /** The column; null for an expression. */
  readonly column: string | null;
  /** The column or expression as SQL. */
  readonly definition: string;
  /** The operator class, qualified. */
  readonly operatorClass: string;
  /** The collation, qualified; null for a type without one. */
  readonly collation: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Index {
  readonly schema: string;
  readonly name: string;
  /** `schema.name`. */
  readonly id: string;
  /** The same, quoted where SQL needs it. */
  readonly sql: string;
  /** The name alone, quoted where SQL needs it. */
  readonly nameSql: string;
  /** The id of its table or materialized view. */
  readonly table: string;
  /** The same, quoted where SQL needs it. */
  readonly tableSql: string;
  /** Whether its table is partitioned, so that it has no entries: each partition has an index of its own. */
  readonly partitioned: boolean;
  /** The access method, such as `btree`. */
  readonly method: string;
  readonly unique: boolean;
  /** Whether two rows with nulls count as equal. */
  readonly nullsNotDistinct: boolean;
  /** Whether uniqueness is checked at each statement, not at the end of the transaction. */
  readonly immediate: boolean;
  /** False while it is being built, or when that failed: the planner does not use it. */
  readonly valid: boolean;
  /** Whether CLUSTER follows it, and whether it is the replica identity of its table. */
  readonly clustered: boolean;
  readonly replicaIdentity: boolean;
  /** The kind of the constraint that it enforces; its name is the index's. */
  readonly constraint: 'primary key' | 'unique' | 'exclusion' | null;
  readonly keys: readonly IndexKey[];
  /** Columns that it stores without being ordered by them. */
  readonly included: readonly string[];
  /** The condition of a partial index. */
  readonly predicate: string | null;
  /** As pg_get_indexdef() writes it. */
  readonly definition: string;
  readonly comment: string | null;
}

const query = (scope: CatalogScope): string => `
  select n.nspname as schema, i.relname as name, n.nspname || '.' || i.relname as id, format('%I.%I', n.nspname, i.relname) as sql, quote_ident(i.relname) as "nameSql",
         tn.nspname || '.' || t.relname as "table", format('%I.%I', tn.nspname, t.relname) as "tableSql", i.relkind = 'I' as partitioned, m.amname as method, x.indisunique as "unique", x.indnullsnotdistinct as "nullsNotDistinct",
         x.indimmediate as immediate, x.indisvalid and x.indisready and x.indislive as valid,
         x.indisclustered as clustered, x.indisreplident as "replicaIdentity",
         case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'x' then 'exclusion' end as "constraint",
         (select json_agg(json_build_object(
                   'column', a.attname, 'definition', coalesce(quote_ident(a.attname), pg_get_indexdef(i.oid, s + 1, true)),
                   'operatorClass', format('%I.%I', co.nspname, c.opcname), 'collation', case when l.oid is not null then format('%I.%I', lo.nspname, l.collname) end,
                   'descending', x.indoption[s] & 1 <> 0, 'nullsFirst', x.indoption[s] & 2 <> 0) order by s)
            from generate_series(0, x.indnkeyatts - 1) s
            left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[s] and a.attnum <> 0
            join pg_opclass c on c.oid = x.indclass[s] join pg_namespace co on co.oid = c.opcnamespace
            left join pg_collation l on l.oid = x.indcollation[s] left join pg_namespace lo on lo.oid = l.collnamespace) as keys,
         array(select a.attname::text from generate_series(x.indnkeyatts, x.indnatts - 1) s
                 join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[s] order by s) as included,
         pg_get_expr(x.indpred, x.indrelid) as predicate, pg_get_indexdef(i.oid) as definition, obj_description(i.oid, 'pg_class') as comment
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = i.relnamespace join pg_am m on m.oid = i.relam
    join pg_class t on t.oid = x.indrelid join pg_namespace tn on tn.oid = t.relnamespace
    left join pg_constraint k on k.conindid = i.oid and k.contype in ('p', 'u', 'x')
   where ${inScope(scope, 'tn.nspname')} and ${notExtensionMember('pg_class', 't.oid')}
   order by ${bySchema(scope, 'tn.nspname')}, t.relname collate "C", i.relname collate "C"`;

/** Reads the indexes of every table and materialized view of a scope, by table and then by name. */
export async function readIndexes(client: pg.Client, scope: CatalogScope): Promise<readonly Index[]> {
  return readRows(client, query(scope));
}
