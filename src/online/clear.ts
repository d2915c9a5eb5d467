import type pg from 'pg';
import { BOOKS } from './names.ts';
import { TRIGGER } from './notes.ts';
import { patiently } from './patience.ts';

const PATIENCE = 250;

/**
 * Removes every trace of a preparation: the triggers, a transaction each, then what the waiting tables refer to, then
 * they themselves. Before the switch this is the way back; after it only the bookkeeping is left to remove.
 */
export async function clear(client: pg.Client): Promise<void> {
  for (const sql of await read(
    client,
    `select format('drop trigger %I on %s', tgname, tgrelid::regclass) as sql from pg_trigger where tgname like '${TRIGGER}\\_%'`,
  ))
    await patiently(client, PATIENCE, () => client.query(sql));
  for (const sql of await read(
    client,
    `select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as sql
     from pg_constraint c join pg_class child on child.oid = c.conrelid join pg_class parent on parent.oid = c.confrelid
     where c.contype = 'f' and ${ours('child.relnamespace')} and not ${ours('parent.relnamespace')}`,
  ))
    await patiently(client, PATIENCE, () => client.query(sql));
  for (const sql of await read(
    client,
    `select format('drop schema %I cascade', s.nspname) as sql from pg_namespace s where ${ours('s.oid')} order by s.nspname like 'prepared\\_%' desc`,
  ))
    await patiently(client, PATIENCE, () => client.query(sql));
}

const ours = (schema: string): string =>
  `exists (select from pg_namespace n where n.oid = ${schema} and n.nspname ~ '^${BOOKS}(_|$)')`;

async function read(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ sql: string }>(query);
  return rows.map(({ sql }) => sql);
}
