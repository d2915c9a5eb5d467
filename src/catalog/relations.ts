import type pg from 'pg';

/** A column as the catalogs have it. */
export interface Column {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  /** The type as PostgreSQL writes it, qualified where it must be. */
  readonly type: string;
  readonly notNull: boolean;
  /** Whether the server fills it when an insert leaves it out. */
  readonly hasDefault: boolean;
  /** Whether no statement may give it a value (generated always, identity always). */
  readonly generated: boolean;
  /** The labels when its type is an enum. */
  readonly labels: readonly string[] | null;
  /** The relation and column it points to, when it is a foreign key of one column. */
  readonly references: { readonly relation: string; readonly column: string } | null;
}

/** A table, partitioned table, view, materialized view or foreign table. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  /** `schema.name`, as people write it in spec files. */
  readonly id: string;
  /** The same, quoted where SQL needs it. */
  readonly sql: string;
  readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table';
  readonly rowSecurity: boolean;
  readonly primaryKey: readonly string[];
  readonly columns: readonly Column[];
}

const QUERY = `
  select n.nspname as schema, c.relname as name, n.nspname || '.' || c.relname as id, format('%I.%I', n.nspname, c.relname) as sql,
         case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind,
         c.relrowsecurity as "rowSecurity",
         coalesce((select array_agg(a.attname::text order by k.position)
                     from pg_constraint p, unnest(p.conkey) with ordinality k (attnum, position), pg_attribute a
                    where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = k.attnum), '{}') as "primaryKey",
         coalesce((select json_agg(json_build_object(
                     'name', a.attname,
                     'sql', quote_ident(a.attname),
                     'type', format_type(a.atttypid, a.atttypmod),
                     'notNull', a.attnotnull,
                     'hasDefault', a.atthasdef or a.attidentity <> '',
                     'generated', a.attgenerated <> '' or a.attidentity = 'a',
                     'labels', (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid),
                     'references', (select json_build_object('relation', format('%I.%I', rn.nspname, r.relname), 'column', ra.attname)
                                      from pg_constraint f
                                      join pg_class r on r.oid = f.confrelid
                                      join pg_namespace rn on rn.oid = r.relnamespace
                                      join pg_attribute ra on ra.attrelid = r.oid and ra.attnum = f.confkey[1]
                                     where f.conrelid = c.oid and f.contype = 'f' and f.conkey = array[a.attnum]
                                     limit 1)) order by a.attnum)
                     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname = any ($1)
     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
   order by array_position($1, n.nspname::text), c.relname collate "C"`;

/**
 * Reads every relation of the named schemas, in the order of the schemas and then by name. Partitions are left out
 * (their parent stands for them), and so is what an extension owns.
 */
export async function readRelations(client: pg.Client, schemas: readonly string[]): Promise<Relation[]> {
  const { rows } = await client.query<Relation>(QUERY, [schemas]);
  return rows;
}
