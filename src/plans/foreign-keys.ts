import type pg from 'pg';

/** What the server runs when a row goes that others refer to. */
export interface Action {
  /** `schema.constraint`. */
  readonly id: string;
  readonly parent: string;
  readonly child: string;
  /** In words: cascade, set null, …. */
  readonly rule: string;
  readonly sql: string;
  readonly types: readonly string[];
  readonly rows: string;
}

// As ri_triggers.c writes them.
const QUERY = `
  select n.nspname || '.' || f.conname as id, pn.nspname || '.' || p.relname as parent, n.nspname || '.' || c.relname as child,
         case f.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' when 'r' then 'restrict' else 'no action' end as rule,
         case f.confdeltype
           when 'c' then format('delete from only %I.%I where %s', n.nspname, c.relname, k.condition)
           when 'n' then format('update only %I.%I set %s where %s', n.nspname, c.relname, k.assignments, k.condition)
           when 'd' then format('update only %I.%I set %s where %s', n.nspname, c.relname, replace(k.assignments, '= null', '= default'), k.condition)
           else format('select 1 from only %I.%I x where %s for key share of x', n.nspname, c.relname, k.condition) end as sql,
         k.types,
         format('select %s from %I.%I where %s limit 1', k.names, n.nspname, c.relname, k.present) as rows
    from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class p on p.oid = f.confrelid join pg_namespace pn on pn.oid = p.relnamespace
    cross join lateral (
      select string_agg(format('%I = $%s', a.attname, key.place), ' and ' order by key.place) as condition,
             string_agg(format('%I::text', a.attname), ', ' order by key.place) as names,
             string_agg(format('%I is not null', a.attname), ' and ' order by key.place) as present,
             string_agg(format('%I = null', a.attname), ', ' order by key.place)
               filter (where coalesce(cardinality(f.confdelsetcols), 0) = 0 or a.attnum = any (f.confdelsetcols)) as assignments,
             array_agg(format_type(a.atttypid, a.atttypmod) order by key.place) as types
        from unnest(f.conkey) with ordinality key (attnum, place) join pg_attribute a on a.attrelid = f.conrelid and a.attnum = key.attnum) k
   where f.contype = 'f' and f.conparentid = 0 and n.nspname = any ($1)
   order by id`;

/** What happens to the rows of these schemas when a row that they refer to is deleted: one statement a foreign key. */
export async function readActions(client: pg.Client, schemas: readonly string[]): Promise<Action[]> {
  const { rows } = await client.query<Action>(QUERY, [schemas]);
  return rows;
}
