import type pg from 'pg';
import { lockAll } from './lock-timeout.ts';
import { quoteName } from './names.ts';
import type { OnlinePlan } from './settings.ts';

/** How long is waited for the locks that stop writers, in ms: whoever comes after it waits as long, and for what is done then. */
export const WRITERS_LOCK_MS = 250;

/** The old tables that the database has, as SQL identifiers: not every database has all. */
export async function liveTables(client: pg.Client, { schemas: [home], tables }: OnlinePlan): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', $1::text, name) as name from unnest($2::text[]) name where to_regclass(format('%I.%I', $1::text, name)) is not null`,
    [home, Object.keys(tables)],
  );
  return rows.map(({ name }) => name);
}

/**
 * Stops all writers of the tables that are moved, until the transaction ends; readers go on.
 * @throws an error with code 55P03 when another transaction holds a conflicting lock for longer than WRITERS_LOCK_MS
 */
export async function stopWriters(client: pg.Client, plan: OnlinePlan, live: readonly string[]): Promise<void> {
  await lockAll(client, live, 'exclusive', WRITERS_LOCK_MS);
  await lockAll(client, Object.keys(plan.read).map(quoteName), 'share row exclusive', WRITERS_LOCK_MS);
}
