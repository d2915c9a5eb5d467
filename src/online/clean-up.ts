import type pg from 'pg';
import { DROP_TRIGGERS } from './change-tracking.ts';
import { LOCK_TIMEOUT_MS, withLockTimeout } from './lock-timeout.ts';
import { STATE_SCHEMA } from './names.ts';

/** A condition: whether a schema, an oid, is one of the preparation. */
const isOurs = (schema: string): string =>
  `exists (select from pg_namespace n where n.oid = ${schema} and (n.nspname = '${STATE_SCHEMA}' or starts_with(n.nspname::text, '${STATE_SCHEMA}_')))`;

const DROP_FOREIGN_KEYS = `
  select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as sql
  from pg_constraint c join pg_class child on child.oid = c.conrelid join pg_class parent on parent.oid = c.confrelid
  where c.contype = 'f' and ${isOurs('child.relnamespace')} and not ${isOurs('parent.relnamespace')}`;

/** The state comes last: as long as it is there, the rest is known to be. */
const DROP_SCHEMAS = `
  select format('drop schema %I cascade', s.nspname) as sql
  from pg_namespace s where ${isOurs('s.oid')} order by s.nspname = '${STATE_SCHEMA}'`;

/**
 * Removes every trace of a preparation: the triggers, a transaction each, then what the prepared tables refer to, then they
 * themselves. Before the switch this is the way back; after it only the state is left to remove.
 */
export async function cleanUp(client: pg.Client): Promise<void> {
  for (const query of [DROP_TRIGGERS, DROP_FOREIGN_KEYS, DROP_SCHEMAS]) {
    const { rows } = await client.query<{ sql: string }>(query);
    for (const { sql } of rows) await withLockTimeout(client, LOCK_TIMEOUT_MS.remove, () => client.query(sql));
  }
}
