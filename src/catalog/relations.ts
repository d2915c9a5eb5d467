import type pg from 'pg';
import { type Column, columnsOf } from './columns.ts';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** A table, partitioned table, view, materialized view or foreign table. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  /** `schema.name`, as people write it in spec files. */
  readonly id: string;
  /** The same, quoted where SQL needs it. */
  readonly sql: string;
  readonly kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table';
  readonly owner: string;
  readonly rowSecurity: boolean;
  /** Whether policies hold for the owner too. */
  readonly forceRowSecurity: boolean;
  /** Storage and view options as they were given, such as `security_invoker` → `true`. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether a view reads with the rights of its caller rather than its owner's. */
  readonly securityInvoker: boolean;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  /** The ids of the tables that it inherits from, in order; of a partition, the same as `partitionOf`. */
  readonly inherits: readonly string[];
  /** The type that a typed table is of. */
  readonly ofType: string | null;
  /** How its rows are kept, and where, if that is not `heap` and the default tablespace. */
  readonly accessMethod: string | null;
  readonly tablespace: string | null;
  /** The options of its TOAST table, as they were given. */
  readonly toastOptions: readonly string[];
  /** The server of a foreign table, and the names and values of its options. */
  readonly server: string | null;
  readonly serverOptions: readonly string[];
  readonly replicaIdentity: 'default' | 'nothing' | 'full' | 'index';
  /** The id of the partitioned table whose partition it is. */
  readonly partitionOf: string | null;
  /** How a partitioned table is divided, as in `RANGE (created_at)`. */
  readonly partitionKey: string | null;
  /** Which rows a partition has, as in `FOR VALUES FROM … TO …`. */
  readonly partitionBound: string | null;
  /** The query of a view, as this version of PostgreSQL writes it: 16 leaves out qualifiers that 15 writes. */
  readonly definition: string | null;
  /** Whether the query of a view leaves rows out by a condition: a WHERE, an ON, a HAVING or an INTERSECT. */
  readonly filters: boolean;
  /** The relations that the query of a view reads, quoted where SQL needs it. */
  readonly reads: readonly string[];
  readonly comment: string | null;
  /** The columns of its primary key, in the key's order. */
  readonly primaryKey: readonly string[];
  readonly columns: readonly Column[];
}

const query = (scope: CatalogScope): string => `
  with own as materialized (
    select c.*, n.nspname
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
  ), columns as (${columnsOf('own')}
  ), keys as (
    select k.conrelid, array_agg(a.attname::text order by u.position) as columns
      from pg_constraint k cross join unnest(k.conkey) with ordinality u (attnum, position)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
     where k.contype = 'p' group by k.conrelid
  ), reads as (
    select w.ev_class, array_agg(distinct format('%I.%I', rn.nspname, r.relname)) as relations
      from own join pg_rewrite w on w.ev_class = own.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> w.ev_class
      join pg_class r on r.oid = d.refobjid join pg_namespace rn on rn.oid = r.relnamespace
     where own.relkind in ('v', 'm') group by w.ev_class
  ), filtering as (
    -- In a stored query a condition is a node, and so is an INTERSECT (2 in SetOperation of parsenodes.h), whose arms conditions are pushed into as well;
    -- names and constants can't look like one, since their braces are escaped or bytes.
    select own.oid from own join pg_rewrite w on w.ev_class = own.oid
     where own.relkind in ('v', 'm') and w.ev_action::text ~ ':(quals|havingQual) \\{|\\{SETOPERATIONSTMT :op 2 '
  ), options as (
    select own.oid, json_object_agg(o.option_name, o.option_value order by o.option_name) as given,
           coalesce(bool_or(o.option_value::bool) filter (where o.option_name = 'security_invoker'), false) as invoker
      from own cross join lateral pg_options_to_table(own.reloptions) o group by own.oid
  )
  select c.nspname as schema, c.relname as name, c.nspname || '.' || c.relname as id, format('%I.%I', c.nspname, c.relname) as sql,
         case c.relkind when 'p' then 'partitioned table' when 'v' then 'view' when 'm' then 'materialized view'
                        when 'f' then 'foreign table' else 'table' end as kind,
         pg_get_userbyid(c.relowner) as owner, c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as "forceRowSecurity",
         coalesce(o.given, '{}') as options, coalesce(o.invoker, false) as "securityInvoker",
         case c.relpersistence when 'u' then 'unlogged' when 't' then 'temporary' else 'permanent' end as persistence,
         case c.relreplident when 'n' then 'nothing' when 'f' then 'full' when 'i' then 'index' else 'default' end as "replicaIdentity",
         array(select format('%s.%s', pn.nspname, p.relname) from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = c.oid order by i.inhseqno) as inherits,
         case when c.reloftype <> 0 then format_type(c.reloftype, null) end as "ofType",
         (select m.amname from pg_am m where m.oid = c.relam and m.amname <> 'heap') as "accessMethod",
         (select s.spcname from pg_tablespace s where s.oid = c.reltablespace) as tablespace,
         coalesce((select s.reloptions from pg_class s where s.oid = c.reltoastrelid), '{}') as "toastOptions",
         (select s.srvname from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver where f.ftrelid = c.oid) as server,
         coalesce((select f.ftoptions from pg_foreign_table f where f.ftrelid = c.oid), '{}') as "serverOptions",
         case when c.relispartition then (select pn.nspname || '.' || p.relname
                                            from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
                                           where i.inhrelid = c.oid) end as "partitionOf",
         case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as "partitionKey", pg_get_expr(c.relpartbound, c.oid) as "partitionBound",
         case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
         exists (select from filtering f where f.oid = c.oid) as filters,
         coalesce(r.relations, '{}') as reads, obj_description(c.oid, 'pg_class') as comment,
         coalesce(k.columns, '{}') as "primaryKey", coalesce(a.columns, '[]') as columns
    from own c left join columns a on a.relation = c.oid left join keys k on k.conrelid = c.oid left join reads r on r.ev_class = c.oid
    left join options o on o.oid = c.oid
   order by ${bySchema(scope, 'c.nspname')}, c.relname collate "C"`;

/** Reads every relation of a scope, partitions too, by schema and then by name. What an extension owns is left out. */
export async function readRelations(client: pg.Client, scope: CatalogScope): Promise<readonly Relation[]> {
  return readRows(client, query(scope));
}

/** Whether it is a table and no partition: a partition's keys, columns and names are its parent's. */
export function isTable({ kind, partitionOf }: Relation): boolean {
  return (kind === 'table' || kind === 'partitioned table') && partitionOf === null;
}
