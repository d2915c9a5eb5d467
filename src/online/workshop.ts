import type pg from 'pg';
import { type Carrying, emptied, openWorkshop } from './carry.ts';
import { type Merge, mergeOf } from './merge.ts';
import { BOOKS } from './names.ts';
import type { OnlinePlan } from './plan.ts';

/** One unit, or a change that was noted of one. */
export interface InHand {
  readonly unit: string;
  readonly key: string;
}

/** A session that carries units, as many as it is given at a time. */
export interface Workshop {
  /** Carries the units as they are now, for the first time or again. In a transaction that sees one state of the database. */
  carry(units: readonly InHand[], time: keyof Merge): Promise<void>;
  /** Takes away what the sections made, where the transaction goes on to something else. */
  tidy(): Promise<void>;
  /** Carries what was noted so far, up to `limit` notes, in the transaction that is under way. @returns how many there were */
  carryNoted(limit: number): Promise<number>;
}

/** What a batch may meet because the app goes on meanwhile; seen again, it is gone. */
const PASSING = new Set(['40001', '40P01', '23503']);
const TRIES = 10;

export async function workshop(client: pg.Client, plan: OnlinePlan, carrying: Carrying): Promise<Workshop> {
  // Plans that are kept, such as those of foreign keys, are made while the tables are still empty.
  await client.query('set enable_seqscan = off; set jit = off');
  // On a small server, two processes of ours would take every core from the app.
  await client.query('set max_parallel_workers_per_gather = 0; set max_parallel_maintenance_workers = 0');
  await openWorkshop(client, plan, carrying);
  const merge = await mergeOf(client, plan);

  async function carry(units: readonly InHand[], time: keyof Merge): Promise<void> {
    await client.query(`delete from ${BOOKS}.in_hand`);
    await take(client, units);
    for (const [unit, { reaches }] of Object.entries(plan.units)) {
      const keys = units.filter((one) => one.unit === unit).map(({ key }) => key);
      if (!reaches || keys.length === 0) continue;
      const { rows } = await client.query<InHand>(reaches, [keys]);
      await take(client, rows);
    }
    // The planner knows neither how many units are in hand nor the sections' own tables, and takes both for few.
    await client.query(
      `${emptied(plan)}; set local enable_nestloop = off; ${carrying.sections}\n; set local enable_nestloop = on; ${merge[time]}`,
    );
  }

  return {
    carry,
    async tidy() {
      await client.query(emptied(plan));
    },
    async carryNoted(limit) {
      const { rows } = await client.query<InHand>(
        `delete from ${BOOKS}.changes where seq in (select seq from ${BOOKS}.changes order by seq limit $1) returning unit, key`,
        [limit],
      );
      if (rows.length > 0) await carry(rows, 'again');
      return rows.length;
    },
  };
}

async function take(client: pg.Client, units: readonly InHand[]): Promise<void> {
  await client.query(
    `insert into ${BOOKS}.in_hand (unit, key) select distinct * from unnest($1::text[], $2::text[]) on conflict do nothing`,
    [units.map(({ unit }) => unit), units.map(({ key }) => key)],
  );
}

/**
 * Runs `use` in a transaction that sees one state of the database; again when the app came in between.
 * @param between what is done before each further try
 */
export async function inOneState<T>(
  client: pg.Client,
  use: () => Promise<T>,
  between: () => Promise<unknown> = async () => {},
): Promise<T> {
  for (let tried = 1; ; tried++) {
    await client.query('begin isolation level repeatable read');
    try {
      const result = await use();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      if (tried >= TRIES || !PASSING.has((error as { code?: string }).code ?? '')) throw error;
    }
    await between();
  }
}
