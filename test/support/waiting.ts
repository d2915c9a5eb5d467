import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';

/**
 * Looks again and again until a query gives a row, and gives its first.
 *
 * The one place where tests do so, for what PostgreSQL tells nobody: that a session begins to wait for a lock, that a
 * backend has ended, how far the log has got. For anything else there is an event to wait for: a line of output, the
 * end of a process or of a connection, a notification, a lock that is let go. There is no time limit but the test's.
 * It ends with an error when the connection does.
 */
export async function untilSeen<T extends pg.QueryResultRow>(
  client: pg.Client,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T> {
  for (;;) {
    // In a transaction pg_stat_activity would stay as it was at the first look.
    await client.query('select pg_stat_clear_snapshot()');
    const { rows } = await client.query<T>(sql, [...values]);
    if (rows[0]) return rows[0];
    // A moment's pause: what is waited for needs the processor too.
    await setTimeout(5);
  }
}

interface Waiters {
  /** How many at least; one unless told. */
  readonly many?: number;
  /** Only who waits for a lock of this type, as pg_locks has it. */
  readonly locktype?: 'relation' | 'advisory' | 'virtualxid';
  /** Only who has waited for so long, in seconds. */
  readonly seconds?: number;
}

/** Until other sessions of the client's database wait for a lock. */
export async function untilWaiting(
  client: pg.Client,
  { many = 1, locktype, seconds = 0 }: Waiters = {},
): Promise<void> {
  await untilSeen(
    client,
    `select from pg_locks l join pg_stat_activity a using (pid)
     where not l.granted and a.datname = current_database()
       and l.locktype = coalesce($2, l.locktype)
       and coalesce(clock_timestamp() - l.waitstart, '0') >= make_interval(secs => $3)
     having count(distinct pid) >= $1`,
    [many, locktype ?? null, seconds],
  );
}

/** Until no session is left in a database. A backend whose client is gone goes on until it notices. */
export async function untilEmpty(client: pg.Client, database: string): Promise<void> {
  await untilSeen(client, 'select from pg_stat_activity where datname = $1 having count(*) = 0', [database]);
}

/** Resolves when a connection is closed, whoever closes it. The backend has ended by then, and let go of its locks. */
export function untilClosed(client: pg.Client): Promise<void> {
  return new Promise((resolve) => client.once('end', () => resolve()));
}
