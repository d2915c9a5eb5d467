import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { DatabaseError } from '../database/error.ts';

/** How often a lock is asked for before it is given up, and how long is waited in between, in ms. */
const TRIES = 60;
const PAUSE = 250;

const NOT_AVAILABLE = '55P03';
const TIMEOUT = '57014';

/** Somebody holds what is needed, or waits for us as we do for them (40P01). */
const BUSY = new Set([NOT_AVAILABLE, '40P01']);

/**
 * Runs `use` in a transaction in which no lock is waited for longer than `ms`: others queue behind whoever waits. What
 * is busy is tried again, after a pause in which they get on.
 * @param before what is done outside of the transaction, before each try
 * @throws the server's error when it was busy each time
 */
export async function patiently<T>(
  client: pg.Client,
  ms: number,
  use: () => Promise<T>,
  before: (tried: number) => Promise<unknown> = async () => {},
): Promise<T> {
  for (let tried = 1; ; tried++) {
    await before(tried);
    await client.query('begin');
    try {
      await client.query(`set local lock_timeout = '${ms}ms'`);
      const result = await use();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      if (tried >= TRIES || !BUSY.has((error as { code?: string }).code ?? '')) throw error;
    }
    await setTimeout(PAUSE);
  }
}

/**
 * Locks tables, all of them within `ms`: one after the other, each could wait as long as the others did.
 * @throws as when a single lock did not come in time
 */
export async function lockAll(client: pg.Client, tables: readonly string[], mode: string, ms: number): Promise<void> {
  await client.query(`set local statement_timeout = '${ms}ms'`);
  try {
    await client.query(`lock table ${tables.join(', ')} in ${mode} mode`);
  } catch (error) {
    if ((error as { code?: string }).code !== TIMEOUT) throw error;
    throw Object.assign(
      new DatabaseError(`${tables.join(', ')}: in use, for longer than ${ms} ms.`, { cause: error }),
      {
        code: NOT_AVAILABLE,
      },
    );
  }
  await client.query('set local statement_timeout = 0');
}
