import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** A rewrite rule that was written by hand; the _RETURN rule of a view is in the view's definition instead. */
export interface RewriteRule {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  /** The id of its relation. */
  readonly table: string;
  /** The same, quoted where SQL needs it. */
  readonly tableSql: string;
  readonly event: 'select' | 'insert' | 'update' | 'delete';
  /** Whether it runs instead of the statement. */
  readonly instead: boolean;
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled';
  /** As pg_get_ruledef() writes it. */
  readonly definition: string;
  readonly comment: string | null;
}

const query = (scope: CatalogScope): string => `
  select w.rulename as name, quote_ident(w.rulename) as sql, n.nspname || '.' || c.relname as "table", format('%I.%I', n.nspname, c.relname) as "tableSql",
         case w.ev_type when '1' then 'select' when '2' then 'update' when '3' then 'insert' else 'delete' end as event, w.is_instead as instead,
         case w.ev_enabled when 'O' then 'origin' when 'A' then 'always' when 'R' then 'replica' else 'disabled' end as enabled,
         pg_get_ruledef(w.oid) as definition, obj_description(w.oid, 'pg_rewrite') as comment
    from pg_rewrite w join pg_class c on c.oid = w.ev_class join pg_namespace n on n.oid = c.relnamespace
   where w.rulename <> '_RETURN' and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
   order by ${bySchema(scope, 'n.nspname')}, c.relname collate "C", w.rulename collate "C"`;

/** Reads the rewrite rules of every relation of a scope, by relation and then by name. */
export async function readRules(client: pg.Client, scope: CatalogScope): Promise<readonly RewriteRule[]> {
  return readRows(client, query(scope));
}
