import type pg from 'pg';
import { isApplicationSchema, notExtensionMember } from './scope.ts';

/** A table of a database with its columns. */
export interface UserTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly UserColumn[];
  /** The columns of its primary key, in the key's order; none where it has no primary key. */
  readonly key: readonly string[];
}

export interface UserColumn {
  readonly name: string;
  /** pg_attribute.attnum: it stays the same when the column is renamed. */
  readonly number: number;
  readonly type: string;
}

/**
 * The ordinary tables of a database by schema and name, without those of PostgreSQL, of extensions and of
 * graphile-migrate.
 * @param except schemas that are left out
 * @param but tables of these schemas (schema.table) that are not left out
 */
export async function findTables(
  client: pg.Client,
  except: readonly string[] = [],
  but: readonly string[] = [],
): Promise<UserTable[]> {
  const { rows } = await client.query<UserTable>(
    `select c.oid::int8::float8 as oid, n.nspname::text as schema, c.relname::text as name,
            coalesce((select json_agg(json_build_object('name', a.attname, 'number', a.attnum,
                                               'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
                from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
            coalesce((select json_agg(a.attname order by array_position(k.conkey, a.attnum))
                        from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
                       where k.conrelid = c.oid and k.contype = 'p'), '[]') as key
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpersistence <> 't'
        and ${isApplicationSchema('n.nspname')}
        and (n.nspname <> all ($1) or n.nspname || '.' || c.relname = any ($2))
        and ${notExtensionMember('pg_class', 'c.oid')}
      order by 2, 3`,
    [except, but],
  );
  return rows;
}

/** The names of a relation's columns; none where there is no such relation. */
export async function columnNamesOf(client: pg.Client, relation: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select attname::text as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped',
    [relation],
  );
  return rows.map(({ name }) => name);
}
