import type pg from 'pg';
import { type CarrySession, inOneState } from './carry-session.ts';
import { STATE_SCHEMA } from './names.ts';
import type { OnlinePlan } from './settings.ts';

/** How long a batch should take, in ms: long enough to be worth its overhead, short enough to be stopped at any time. */
const BATCH_MS = 500;
/** Units a batch: the first, the fewest and the most. */
const SIZE = { first: 25, least: 10, most: 2_000 };
/** Changes a batch, at most. */
export const CHANGES_PER_BATCH = 1_000;

/** Called after each batch, which is waited for. */
export type OnBatch = (unit: string, carried: number) => unknown;

/** Carries every unit, batch by batch, from where the last run stopped. Each batch is a transaction, its position with it. */
export async function backfill(
  client: pg.Client,
  plan: OnlinePlan,
  session: CarrySession,
  onBatch: OnBatch,
): Promise<void> {
  // Every unit refers to rows that belong to every batch, so these come first.
  await inOneState(client, () => session.carry([], 'first'));
  for (const [unit, { keys }] of Object.entries(plan.units)) {
    if (!keys) continue;
    await client.query(`insert into ${STATE_SCHEMA}.positions (unit) values ($1) on conflict do nothing`, [unit]);
    let size = SIZE.first;
    for (;;) {
      const began = performance.now();
      const position = await inOneState(
        client,
        () => carryNext(client, unit, keys, size, session),
        // A row that moved from one unit to another conflicts with the second until the first is carried again.
        () => catchUp(client, session),
      );
      await onBatch(unit, position.carried);
      if (position.done) break;
      size = nextSize(size, performance.now() - began);
    }
  }
}

interface UnitPosition {
  readonly position: string;
  readonly done: boolean;
  readonly carried: number;
}

async function carryNext(
  client: pg.Client,
  unit: string,
  keys: string,
  size: number,
  session: CarrySession,
): Promise<UnitPosition> {
  const { rows: at } = await client.query<UnitPosition>(
    `select position, done, carried::int as carried from ${STATE_SCHEMA}.positions where unit = $1`,
    [unit],
  );
  const [before] = at;
  if (!before || before.done) return { position: '', done: true, carried: before?.carried ?? 0 };
  const { rows } = await client.query<{ key: string }>(keys, [before.position, size]);
  if (rows.length > 0) {
    // A unit that was carried with others and deleted since then is tracked as a change, and is carried again.
    const units = rows.map(({ key }) => ({ unit, key }));
    await session.carry(units, 'first');
  }
  const after = {
    position: rows.at(-1)?.key ?? before.position,
    done: rows.length === 0,
    carried: before.carried + rows.length,
  };
  await client.query(`update ${STATE_SCHEMA}.positions set position = $2, done = $3, carried = $4 where unit = $1`, [
    unit,
    after.position,
    after.done,
    after.carried,
  ]);
  return after;
}

function nextSize(size: number, tookMs: number): number {
  const fit = Math.round((size * BATCH_MS) / Math.max(tookMs, 1));
  return Math.max(SIZE.least, Math.min(SIZE.most, fit, size * 2));
}

/** How long the last batch may take before writers are stopped for one like it, in ms, and how often it is tried. */
const SHORT_MS = 100;
const ROUNDS = 10;

/**
 * Carries pending changes, until a batch holds all of them and is short: while the app writes, there are always some.
 * After ten rounds a batch may take any time. @returns how long the last batch took, in ms
 */
export async function catchUp(client: pg.Client, session: CarrySession): Promise<number> {
  for (let round = 1; ; round++) {
    const began = performance.now();
    const carried = await inOneState(client, () => session.carryChanges(CHANGES_PER_BATCH));
    const took = performance.now() - began;
    if (carried < CHANGES_PER_BATCH && (took <= SHORT_MS || round >= ROUNDS)) return took;
  }
}
