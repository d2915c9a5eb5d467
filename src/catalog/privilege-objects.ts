import type pg from 'pg';
import type { Relation } from './relations.ts';

/** Columns that a foreign key could refer to, with their types. */
export interface Key {
  /** `schema.name` of the table. */
  readonly table: string;
  /** Quoted where SQL needs it. */
  readonly columns: readonly string[];
  readonly types: readonly string[];
}

export interface Sequence {
  readonly schema: string;
  readonly name: string;
  /** `schema.name`. */
  readonly id: string;
  /** The same, quoted where SQL needs it. */
  readonly sql: string;
}

const KEYS = `
  select distinct on (c.oid) n.nspname || '.' || c.relname as table,
         array(select quote_ident(a.attname) from unnest(i.indkey::int2[]) with ordinality k (attnum, position)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum order by k.position) as columns,
         array(select format_type(a.atttypid, a.atttypmod) from unnest(i.indkey::int2[]) with ordinality k (attnum, position)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum order by k.position) as types
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = any ($1) and i.indisunique and i.indimmediate and i.indpred is null and i.indexprs is null
     and i.indnatts = i.indnkeyatts
   order by c.oid, i.indisprimary desc, i.indexrelid`;

/** For each table of the named schemas that a foreign key can refer to: one key, the primary one where there is one. */
export async function readKeys(client: pg.Client, relations: readonly Relation[]): Promise<Map<string, Key>> {
  const schemas = [...new Set(relations.map(({ schema }) => schema))];
  const { rows } = await client.query<Key>(KEYS, [schemas]);
  return new Map(rows.map((key) => [key.table, key]));
}

const SEQUENCES = `
  select n.nspname as schema, c.relname as name, n.nspname || '.' || c.relname as id, format('%I.%I', n.nspname, c.relname) as sql
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'S' and n.nspname = any ($1)
     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
   order by array_position($1, n.nspname::text), c.relname collate "C"`;

/** Reads every sequence of the named schemas, those of serial and identity columns too. */
export async function readSequences(client: pg.Client, schemas: readonly string[]): Promise<Sequence[]> {
  const { rows } = await client.query<Sequence>(SEQUENCES, [schemas]);
  return rows;
}
