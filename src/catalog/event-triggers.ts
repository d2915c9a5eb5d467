import type pg from 'pg';
import { notExtensionMember, readRows } from './scope.ts';

export interface EventTrigger {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  readonly owner: string;
  /** Such as `ddl_command_end`. */
  readonly event: string;
  /** The commands for which it fires, such as `CREATE TABLE`; none when it fires for any. */
  readonly tags: readonly string[];
  /** `schema.function`. */
  readonly function: string;
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled';
  readonly comment: string | null;
}

const QUERY = `
  select e.evtname as name, quote_ident(e.evtname) as sql, pg_get_userbyid(e.evtowner) as owner, e.evtevent as event,
         coalesce(e.evttags, '{}') as tags, n.nspname || '.' || f.proname as function,
         case e.evtenabled when 'O' then 'origin' when 'A' then 'always' when 'R' then 'replica' else 'disabled' end as enabled,
         obj_description(e.oid, 'pg_event_trigger') as comment
    from pg_event_trigger e join pg_proc f on f.oid = e.evtfoid join pg_namespace n on n.oid = f.pronamespace
   where ${notExtensionMember('pg_event_trigger', 'e.oid')}
   order by e.evtname collate "C"`;

/** Reads every event trigger of the database, by name: they belong to no schema. */
export async function readEventTriggers(client: pg.Client): Promise<readonly EventTrigger[]> {
  return readRows(client, QUERY);
}
