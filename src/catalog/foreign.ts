import type pg from 'pg';
import { notExtensionMember, readRows } from './scope.ts';

/** Something by which foreign data are reached: a wrapper, a server, or as whom a role goes there. */
export interface ForeignAccess {
  readonly kind: 'foreign-data wrapper' | 'foreign server' | 'user mapping';
  /** The name; of a user mapping, its server's. */
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  /** The role of a user mapping, or `public`. */
  readonly role: string | null;
  /** The owner of a wrapper or server. */
  readonly owner: string | null;
  /** The wrapper of a server. */
  readonly wrapper: string | null;
  /** Handler and validator of a wrapper, type and version of a server, as SQL. */
  readonly clauses: readonly string[];
  /** Options as `name=value`; of a user mapping the names alone, since the values are secrets. */
  readonly options: readonly string[];
  readonly comment: string | null;
}

// The view pg_user_mappings shows the options to those who may know them; pg_user_mapping is the superuser's.
const QUERY = `
  select 'foreign-data wrapper' as kind, w.fdwname as name, quote_ident(w.fdwname) as sql, null as role, pg_get_userbyid(w.fdwowner) as owner, null as wrapper,
         array_remove(array['handler ' || nullif(w.fdwhandler, 0)::regproc, 'validator ' || nullif(w.fdwvalidator, 0)::regproc], null) as clauses,
         coalesce(w.fdwoptions, '{}') as options, obj_description(w.oid, 'pg_foreign_data_wrapper') as comment
    from pg_foreign_data_wrapper w where ${notExtensionMember('pg_foreign_data_wrapper', 'w.oid')}
  union all
  select 'foreign server', s.srvname, quote_ident(s.srvname), null, pg_get_userbyid(s.srvowner), w.fdwname,
         array_remove(array['type ' || quote_literal(s.srvtype), 'version ' || quote_literal(s.srvversion)], null),
         coalesce(s.srvoptions, '{}'), obj_description(s.oid, 'pg_foreign_server')
    from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw where ${notExtensionMember('pg_foreign_server', 's.oid')}
  union all
  select 'user mapping', m.srvname, quote_ident(m.srvname), m.usename, null, null, '{}',
         array(select split_part(o, '=', 1) from unnest(m.umoptions) o), null
    from pg_user_mappings m
   order by kind, name, role`;

/** Reads every foreign-data wrapper, foreign server and user mapping of the database, by kind and name. */
export async function readForeignAccess(client: pg.Client): Promise<readonly ForeignAccess[]> {
  return readRows(client, QUERY);
}
