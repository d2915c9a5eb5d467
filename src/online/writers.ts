import type pg from 'pg';
import { lockAll } from './patience.ts';
import type { OnlinePlan } from './plan.ts';

/** How long is waited for the locks that stop writers, in ms: whoever comes after it waits as long, besides what is done then. */
export const WRITERS = 250;

/** The old tables that the database has: not every one has all. */
export async function liveTables(client: pg.Client, { schemas: [home], tables }: OnlinePlan): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', $1::text, name) as name from unnest($2::text[]) name where to_regclass(format('%I.%I', $1::text, name)) is not null`,
    [home, Object.keys(tables)],
  );
  return rows.map(({ name }) => name);
}

/**
 * Stops who would write what is moved, until the transaction ends; readers go on.
 * @throws the server's error 55P03 when somebody is in the middle of something
 */
export async function stopWriters(client: pg.Client, plan: OnlinePlan, live: readonly string[]): Promise<void> {
  await lockAll(client, live, 'exclusive', WRITERS);
  await lockAll(client, Object.keys(plan.read), 'share row exclusive', WRITERS);
}
