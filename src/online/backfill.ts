import type pg from 'pg';
import { BOOKS } from './names.ts';
import type { OnlinePlan } from './plan.ts';
import { inOneState, type Workshop } from './workshop.ts';

/** What a batch should take, in ms: long enough to be worth its overhead, short enough to be stopped at any time. */
const BATCH = 500;
/** Units a batch: the first, the fewest and the most. */
const SIZE = { first: 25, least: 10, most: 2_000 };
/** Notes a batch. */
export const NOTES = 1_000;

/** Told after each batch, which is waited for. */
export type Progress = (unit: string, carried: number) => unknown;

/** Carries every unit, batch by batch, from where the last run stopped. Each batch is a transaction, its position with it. */
export async function backfill(
  client: pg.Client,
  plan: OnlinePlan,
  shop: Workshop,
  onProgress: Progress,
): Promise<void> {
  // All that is carried refers to what is there in every batch.
  await inOneState(client, () => shop.carry([], 'first'));
  for (const [unit, { keys }] of Object.entries(plan.units)) {
    if (!keys) continue;
    await client.query(`insert into ${BOOKS}.positions (unit) values ($1) on conflict do nothing`, [unit]);
    let size = SIZE.first;
    for (;;) {
      const began = performance.now();
      const position = await inOneState(
        client,
        () => step(client, unit, keys, size, shop),
        // What went from one unit to another is in the way of the second until the first is carried again.
        () => catchUp(client, shop),
      );
      await onProgress(unit, position.carried);
      if (position.done) break;
      size = sizeFor(size, performance.now() - began);
    }
  }
}

interface Position {
  readonly position: string;
  readonly done: boolean;
  readonly carried: number;
}

async function step(client: pg.Client, unit: string, keys: string, size: number, shop: Workshop): Promise<Position> {
  const { rows: at } = await client.query<Position>(
    `select position, done, carried::int as carried from ${BOOKS}.positions where unit = $1`,
    [unit],
  );
  const [before] = at;
  if (!before || before.done) return { position: '', done: true, carried: before?.carried ?? 0 };
  const { rows } = await client.query<{ key: string }>(keys, [before.position, size]);
  if (rows.length > 0) {
    // Whatever of it is gone since it came with others, such as what it shares with them, is noted and comes again.
    const units = rows.map(({ key }) => ({ unit, key }));
    await shop.carry(units, 'first');
  }
  const after = {
    position: rows.at(-1)?.key ?? before.position,
    done: rows.length === 0,
    carried: before.carried + rows.length,
  };
  await client.query(`update ${BOOKS}.positions set position = $2, done = $3, carried = $4 where unit = $1`, [
    unit,
    after.position,
    after.done,
    after.carried,
  ]);
  return after;
}

function sizeFor(size: number, took: number): number {
  const fit = Math.round((size * BATCH) / Math.max(took, 1));
  return Math.max(SIZE.least, Math.min(SIZE.most, fit, size * 2));
}

/** How long the last batch may take before writers are stopped for one like it, in ms, and how often it is tried. */
const SHORT = 100;
const ROUNDS = 10;

/**
 * Carries what was noted, until a batch holds all there is and is short: while the app writes there is always something.
 * After many rounds the shortest so far has to do. @returns what the last batch took, in ms
 */
export async function catchUp(client: pg.Client, shop: Workshop): Promise<number> {
  for (let round = 1; ; round++) {
    const began = performance.now();
    const carried = await inOneState(client, () => shop.carryNoted(NOTES));
    const took = performance.now() - began;
    if (carried < NOTES && (took <= SHORT || round >= ROUNDS)) return took;
  }
}
