import type pg from 'pg';

/** A column as statistics need it. */
export interface TableColumn {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  /** The bytes of a value; -1 when it varies. */
  readonly width: number;
  readonly collation: string;
  /** The operators by which its values are compared, or null for a type without an order. */
  readonly equals: string | null;
  readonly less: string | null;
  /** The columns that it refers to as part of foreign keys. */
  readonly references: readonly { readonly table: string; readonly column: string }[];
}

/** A table as statistics need it. */
export interface SizedTable {
  readonly id: string;
  readonly oid: string;
  readonly sql: string;
  /** The pages that its file really has: the planner scales what statistics say to them. */
  readonly pages: number;
  readonly rows: number;
  readonly indexes: readonly { readonly oid: string; readonly pages: number }[];
  readonly columns: readonly TableColumn[];
}

// Statistics name the operators of the type's default B-tree class; enums share one, arrays another.
const OPERATORS = `
  select t.oid as type, max(o.amopopr::text) filter (where o.amopstrategy = 3) as equals,
         max(o.amopopr::text) filter (where o.amopstrategy = 1) as less
    from pg_type t
    join pg_opclass k on k.opcdefault and k.opcmethod = (select oid from pg_am where amname = 'btree')
     and k.opcintype = case when t.typtype = 'e' then 'anyenum'::regtype when t.typcategory = 'A' then 'anyarray'::regtype
                            when t.typtype = 'd' then t.typbasetype when t.typname = 'varchar' then 'text'::regtype else t.oid end
    join pg_amop o on o.amopfamily = k.opcfamily and o.amopstrategy in (1, 3)
                  and o.amoplefttype = k.opcintype and o.amoprighttype = k.opcintype
   where t.oid in (select atttypid from pg_attribute where attnum > 0)
   group by t.oid`;

const QUERY = `
  with operators as materialized (${OPERATORS})
  select n.nspname || '.' || c.relname as id, c.oid::text as oid, format('%I.%I', n.nspname, c.relname) as sql,
         (pg_relation_size(c.oid) / current_setting('block_size')::int)::int as pages, greatest(c.reltuples, 0)::float8 as rows,
         coalesce((select json_agg(json_build_object('oid', i.indexrelid::text,
                     'pages', pg_relation_size(i.indexrelid) / current_setting('block_size')::int))
                     from pg_index i where i.indrelid = c.oid), '[]') as indexes,
         (select json_agg(json_build_object('name', a.attname, 'number', a.attnum, 'type', a.atttypid::text, 'width', a.attlen,
                   'collation', a.attcollation::text, 'equals', o.equals, 'less', o.less,
                   'references', coalesce((
                     select json_agg(json_build_object('table', pn.nspname || '.' || p.relname, 'column', pa.attname) order by f.conname)
                       from pg_constraint f cross join unnest(f.conkey, f.confkey) k (child, parent)
                       join pg_class p on p.oid = f.confrelid join pg_namespace pn on pn.oid = p.relnamespace
                       join pg_attribute pa on pa.attrelid = p.oid and pa.attnum = k.parent
                      where f.contype = 'f' and f.conrelid = c.oid and k.child = a.attnum), '[]')) order by a.attnum)
            from pg_attribute a left join operators o on o.type = a.atttypid
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and (n.nspname = any ($1) or n.nspname || '.' || c.relname = any ($2))
   order by id`;

/** Reads the tables of these schemas, and those that are named, with the pages that they have and the operators that their statistics name. */
export async function readTables(
  client: pg.Client,
  schemas: readonly string[],
  named: readonly string[],
): Promise<SizedTable[]> {
  const { rows } = await client.query<SizedTable>(QUERY, [schemas, named]);
  return rows;
}
