import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { BLOCKING, type LockMode } from './lock-modes.ts';

/** A session that waits for a lock. */
export interface WaitingSession {
  readonly pid: number;
  /** pg_locks' locktype: relation, or transactionid and tuple for a row. */
  readonly type: string;
  readonly oid: number | null;
  readonly mode: LockMode;
  readonly blockers: readonly number[];
}

/** The locks of one moment. */
export interface LockSample {
  /** When the answer came, by performance.now(). */
  readonly at: number;
  readonly waiting: readonly WaitingSession[];
  /** The locks of the migrating session that others may have to wait for. */
  readonly held: readonly { readonly oid: number; readonly mode: LockMode }[];
}

const QUERY = `
with locks as materialized (select * from pg_locks where pid = any ($1) and (not granted or pid = $2))
select
  (select coalesce(json_agg(json_build_object('pid', pid, 'type', locktype, 'oid', relation::int8, 'mode', mode,
                                              'blockers', pg_blocking_pids(pid)) order by pid), '[]')
     from locks where not granted) as waiting,
  (select coalesce(json_agg(json_build_object('oid', relation::int8, 'mode', mode) order by relation, mode), '[]')
     from locks where granted and locktype = 'relation' and relation >= 16384 and mode = any ($3)) as held`;

/**
 * Samples the locks until `isOver`.
 * @param client a session of its own
 * @param everyMs the pause between two samples
 */
export async function sampleLocks(
  client: pg.Client,
  { migrator, app }: { readonly migrator: number; readonly app: readonly number[] },
  everyMs: number,
  isOver: () => boolean,
): Promise<LockSample[]> {
  const samples: LockSample[] = [];
  while (!isOver()) {
    const { rows } = await client.query<Omit<LockSample, 'at'>>(QUERY, [[migrator, ...app], migrator, BLOCKING]);
    const [sample] = rows;
    if (sample) addSample(samples, { at: performance.now(), ...sample });
    await setTimeout(everyMs);
  }
  return samples;
}

/** Adds a sample. Of successive equal samples only the first and the last are kept: hours of waiting cost no memory. */
export function addSample(samples: LockSample[], sample: LockSample): void {
  const [before, last] = samples.slice(-2);
  if (before && last && same(before, last) && same(last, sample)) samples.pop();
  samples.push(sample);
}

function same({ waiting, held }: LockSample, other: LockSample): boolean {
  return isDeepStrictEqual(waiting, other.waiting) && isDeepStrictEqual(held, other.held);
}
