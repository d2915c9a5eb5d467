import pg from 'pg';

/** How often it is looked, in ms: a wait may have been longer than it was seen to be by as much. */
const EVERY = 10;

/** Who of the app was seen to wait for a lock, and for how long, at most, in ms. */
export interface LockWaits {
  readonly longest: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Looks all the time who waits for a lock: a request that took long may have waited for a processor only. */
export async function watchLockWaits(url: string, names: readonly string[]): Promise<LockWaits> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const longest = new Map(names.map((name) => [name, 0]));
  let on = true;
  const looking = look();

  async function look(): Promise<void> {
    while (on) {
      const { rows } = await client.query<{ name: string; ms: number }>(
        `select session.application_name as name, max(extract(epoch from clock_timestamp() - lock.waitstart) * 1000)::float8 as ms
         from pg_locks lock join pg_stat_activity session using (pid)
         where not lock.granted and lock.waitstart is not null and session.application_name = any ($1) group by 1`,
        [names],
      );
      for (const { name, ms } of rows) longest.set(name, Math.max(longest.get(name) ?? 0, ms));
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  }

  return {
    longest,
    async stop() {
      on = false;
      await looking;
      await client.end();
    },
  };
}
