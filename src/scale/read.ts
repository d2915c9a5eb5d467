import type pg from 'pg';

/** A column, as a hash needs it. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly generated: boolean;
  readonly identity: boolean;
  /** Whether its type has a hash function, and its collation compares byte by byte. */
  readonly hashable: boolean;
}

/** A primary key, unique constraint, unique index or exclusion constraint. */
export interface Key {
  readonly name: string;
  readonly kind: 'primary key' | 'unique' | 'unique index' | 'exclusion';
  readonly columns: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly definition: string;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  /** As pg_constraint has them: a, r, c, n, d. */
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly definition: string;
}

export interface Trigger {
  readonly name: string;
  /** `schema.function`. */
  readonly function: string;
  /** The columns of `update of`. */
  readonly columns: readonly string[];
  readonly definition: string;
}

export interface Policy {
  readonly name: string;
  readonly using: string | null;
  readonly check: string | null;
  readonly definition: string;
}

export interface Table {
  readonly id: string;
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly keys: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly triggers: readonly Trigger[];
  readonly policies: readonly Policy[];
}

/** A function and its text, of all overloads of its name together with the others. */
export interface Routine {
  readonly id: string;
  /** `schema.function`. */
  readonly name: string;
  readonly trigger: boolean;
  readonly text: string;
}

const TABLES = `
  select n.nspname || '.' || c.relname as id, format('%I.%I', n.nspname, c.relname) as sql,
    (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
              'generated', a.attgenerated <> '', 'identity', a.attidentity <> '',
              'hashable', exists (select from pg_opclass o join pg_am m on m.oid = o.opcmethod
                                   where m.amname = 'hash' and o.opcdefault and o.opcintype = a.atttypid)
                          and coalesce(l.collisdeterministic, true)) order by a.attnum)
       from pg_attribute a left join pg_collation l on l.oid = a.attcollation
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    coalesce((select json_agg(json_build_object('name', i.relname,
              'kind', case when x.indisprimary then 'primary key' when k.contype = 'x' then 'exclusion'
                           when k.oid is null then 'unique index' else 'unique' end,
              'columns', (select coalesce(json_agg(a.attname order by u.position), '[]')
                            from unnest(x.indkey::int2[]) with ordinality u (attnum, position)
                            join pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum where u.position <= x.indnkeyatts),
              'nullsNotDistinct', x.indnullsnotdistinct,
              'definition', coalesce(pg_get_constraintdef(k.oid), pg_get_indexdef(i.oid))) order by i.relname collate "C")
       from pg_index x join pg_class i on i.oid = x.indexrelid
       left join pg_constraint k on k.conindid = i.oid and k.conrelid = c.oid and k.contype in ('p', 'u', 'x')
      where x.indrelid = c.oid and (x.indisunique or x.indisexclusion)), '[]') as keys,
    coalesce((select json_agg(json_build_object('name', k.conname, 'parent', pn.nspname || '.' || p.relname,
              'columns', (select json_agg(a.attname order by u.position) from unnest(k.conkey) with ordinality u (attnum, position)
                            join pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum),
              'parentColumns', (select json_agg(a.attname order by u.position) from unnest(k.confkey) with ordinality u (attnum, position)
                                  join pg_attribute a on a.attrelid = p.oid and a.attnum = u.attnum),
              'onDelete', k.confdeltype, 'onUpdate', k.confupdtype, 'definition', pg_get_constraintdef(k.oid)) order by k.conname collate "C")
       from pg_constraint k join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
      where k.conrelid = c.oid and k.contype = 'f'), '[]') as "foreignKeys",
    coalesce((select json_agg(json_build_object('name', t.tgname, 'function', fn.nspname || '.' || f.proname,
              'columns', (select coalesce(json_agg(a.attname), '[]') from unnest(t.tgattr::int2[]) u (attnum)
                            join pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum),
              'definition', pg_get_triggerdef(t.oid)) order by t.tgname collate "C")
       from pg_trigger t join pg_proc f on f.oid = t.tgfoid join pg_namespace fn on fn.oid = f.pronamespace
      where t.tgrelid = c.oid and not t.tgisinternal), '[]') as triggers,
    coalesce((select json_agg(json_build_object('name', p.polname, 'using', pg_get_expr(p.polqual, c.oid),
              'check', pg_get_expr(p.polwithcheck, c.oid),
              'definition', concat_ws(' ', format('create policy %I on %I.%I', p.polname, n.nspname, c.relname),
                 'as', case when p.polpermissive then 'permissive' else 'restrictive' end,
                 'for', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                 'to', (select string_agg(coalesce(quote_ident(r.rolname), 'public'), ', ' order by r.rolname)
                          from unnest(p.polroles) o left join pg_roles r on r.oid = o),
                 'using (' || pg_get_expr(p.polqual, c.oid) || ')', 'with check (' || pg_get_expr(p.polwithcheck, c.oid) || ')'))
              order by p.polname collate "C")
       from pg_policy p where p.polrelid = c.oid), '[]') as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and not c.relispartition and (n.nspname = any ($1) or n.nspname || '.' || c.relname = any ($2))
     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
   order by n.nspname collate "C", c.relname collate "C"`;

const ROUTINES = `
  select f.oid::regprocedure::text as id, n.nspname || '.' || f.proname as name, f.prorettype = 'trigger'::regtype as trigger,
         coalesce(pg_get_function_sqlbody(f.oid), f.prosrc) as text
    from pg_proc f join pg_namespace n on n.oid = f.pronamespace
   where n.nspname = any ($1) and f.prokind in ('f', 'p')
     and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')
   order by f.oid::regprocedure::text collate "C"`;

export interface Catalog {
  readonly tables: readonly Table[];
  readonly routines: readonly Routine[];
}

/**
 * Reads the tables of these schemas and those that are named, and the functions of the schemas, in a transaction whose
 * settings the caller undoes.
 */
export async function readCatalog(
  client: pg.Client,
  schemas: readonly string[],
  named: readonly string[],
): Promise<Catalog> {
  // Names in definitions are qualified then.
  await client.query("set local search_path = ''; set local jit = off");
  const { rows: tables } = await client.query<Table>(TABLES, [schemas, named]);
  const { rows: routines } = await client.query<Routine>(ROUTINES, [schemas]);
  return { tables, routines };
}
