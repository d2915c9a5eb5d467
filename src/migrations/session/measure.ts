import type pg from 'pg';
import type { Deviation } from '../../report/deviation.ts';

const STATE = `
  select format('%s is set to %s', name, setting) as what from pg_settings where source = 'session'
  union all select format('the current role is %s', current_user)
  union all select format('the session''s role is %s', session_user)
  union all select format('the temporary object %s is there', relname) from pg_class where relnamespace = pg_my_temp_schema() and relkind in ('r', 'p', 'v', 'S', 'c')
  union all select format('the temporary type %s is there', typname) from pg_type where typnamespace = pg_my_temp_schema() and typtype in ('e', 'd', 'r')
  union all select format('the temporary function %s is there', proname) from pg_proc where pronamespace = pg_my_temp_schema()
  union all select format('the prepared statement %s is there', name) from pg_prepared_statements where from_sql
  union all select format('the cursor %s is open', name) from pg_cursors where is_holdable
  union all select format('it listens on %s', channel) from pg_listening_channels() channel
  union all select 'an advisory lock is held' from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted`;

/** PostgreSQL does not list settings with a prefix, as in app.secret. So it is asked for every name that looks like one. */
const PREFIXED = `
  select format('%s is set to %s', name, current_setting(name, true)) as what
    from (select distinct lower(found[1]) as name
            from (select prosrc from pg_proc where pronamespace <> 'pg_catalog'::regnamespace union all select $1) sources (text)
           cross join lateral regexp_matches(text, '[a-z_][a-z_0-9]*(?:[.][a-z_][a-z_0-9]*)+', 'gi') found) names
   where current_setting(name, true) <> ''`;

/**
 * The state that a session has of its own, a sentence each. Of settings with a prefix there are those whose names are in a
 * function or in the migration.
 */
export async function readSession(client: pg.Client, migration: string): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ what: string }>(`${STATE} union all ${PREFIXED}`, [migration]);
  return new Set(rows.map(({ what }) => what));
}

/** That a session is otherwise than it was before a migration: by a function that it calls, say. */
export function sessionChanged(
  name: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): Deviation | undefined {
  const left = [...after].filter((what) => !before.has(what));
  return left.length === 0
    ? undefined
    : {
        check: 'migrations',
        where: name,
        expected: 'a session that is after the migration as it was before',
        seen: left.join('; '),
        fix: 'Find the function that it calls, or the text that it executes, and let that end with the transaction (`set local`, set_config(…, …, true), `on commit drop`), or undo it before the end.',
      };
}
