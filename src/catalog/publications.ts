import type pg from 'pg';
import { readRows } from './scope.ts';

/** A publication: the tables that logical replication, such as Supabase's Realtime, may subscribe to. */
export interface Publication {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  readonly owner: string;
  readonly allTables: boolean;
  /** The commands that it offers. */
  readonly operations: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly viaPartitionRoot: boolean;
  /** Every table of these schemas is offered; quoted where SQL needs it. */
  readonly schemas: readonly string[];
  readonly tables: readonly {
    /** Quoted where SQL needs it. */
    readonly sql: string;
    /** Quoted where SQL needs it; null when all columns are offered. */
    readonly columns: readonly string[] | null;
    /** Which rows are offered; null for all. */
    readonly filter: string | null;
  }[];
  readonly comment: string | null;
}

const QUERY = `
  select p.pubname as name, quote_ident(p.pubname) as sql, pg_get_userbyid(p.pubowner) as owner, p.puballtables as "allTables",
         array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end,
                            case when p.pubtruncate then 'truncate' end], null) as operations,
         p.pubviaroot as "viaPartitionRoot",
         array(select quote_ident(n.nspname) from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid
                where s.pnpubid = p.oid order by n.nspname collate "C") as schemas,
         coalesce((select json_agg(json_build_object(
                            'sql', format('%I.%I', n.nspname, c.relname),
                            'columns', (select json_agg(quote_ident(a.attname) order by a.attnum) from unnest(r.prattrs::int2[]) u (attnum)
                                          join pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum),
                            'filter', pg_get_expr(r.prqual, r.prrelid)) order by n.nspname collate "C", c.relname collate "C")
                     from pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace
                    where r.prpubid = p.oid), '[]') as tables,
         obj_description(p.oid, 'pg_publication') as comment
    from pg_publication p order by p.pubname collate "C"`;

/** Reads every publication of the database, by name: they belong to no schema. */
export async function readPublications(client: pg.Client): Promise<readonly Publication[]> {
  return readRows(client, QUERY);
}
