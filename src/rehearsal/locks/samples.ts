import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { BLOCKING, type Mode } from './modes.ts';

/** A session that waits for a lock. */
export interface Waiting {
  readonly pid: number;
  /** pg_locks' locktype: relation, or transactionid and tuple for a row. */
  readonly type: string;
  readonly oid: number | null;
  readonly mode: Mode;
  readonly blockers: readonly number[];
}

/** The locks of one moment. */
export interface Sample {
  /** performance.now()'s, when the answer came. */
  readonly at: number;
  readonly waiting: readonly Waiting[];
  /** What the migrating session holds and others may have to wait for. */
  readonly held: readonly { readonly oid: number; readonly mode: Mode }[];
}

const QUERY = `
with locks as materialized (select * from pg_locks where pid = any ($1) and (not granted or pid = $2))
select
  (select coalesce(json_agg(json_build_object('pid', pid, 'type', locktype, 'oid', relation::int8, 'mode', mode,
                                              'blockers', pg_blocking_pids(pid))), '[]')
     from locks where not granted) as waiting,
  (select coalesce(json_agg(json_build_object('oid', relation::int8, 'mode', mode)), '[]')
     from locks where granted and locktype = 'relation' and relation >= 16384 and mode = any ($3)) as held`;

/**
 * Looks at the locks again and again until it is told to stop.
 * @param client a session of its own
 */
export async function sampleLocks(
  client: pg.Client,
  { migrator, app }: { readonly migrator: number; readonly app: readonly number[] },
  everyMs: number,
  isOver: () => boolean,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (!isOver()) {
    const { rows } = await client.query<Omit<Sample, 'at'>>(QUERY, [[migrator, ...app], migrator, BLOCKING]);
    const [sample] = rows;
    if (sample) samples.push({ at: performance.now(), ...sample });
    await setTimeout(everyMs);
  }
  return samples;
}
