import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { sqlStateOf } from '../database/sql-state.ts';
import { OnlineError } from './error.ts';

/** How long one of the locks that a preparation takes, or gives back, is waited for: those who write queue behind it. */
export const LOCK_TIMEOUT_MS = { prepare: 400, remove: 250 };

/** How often a lock is asked for before it is given up, and the pause in between, in ms. */
const TRIES = 60;
const PAUSE_MS = 250;

const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';
const DEADLOCK_DETECTED = '40P01';

/** Tables that are in use for longer than is waited for them; the code is the server's for a lock that is not available. */
class TablesInUseError extends OnlineError {
  override readonly name = 'TablesInUseError';
  readonly code = LOCK_NOT_AVAILABLE;
}

/**
 * Runs `use` in a transaction in which no lock is waited for longer than `ms`: others queue behind whoever waits. When a lock
 * is not available, or there is a deadlock, it is rolled back and runs again after a pause, up to 60 times.
 * @param before runs outside of the transaction, before each try
 * @throws the server's error when every try failed
 */
export async function withLockTimeout<T>(
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
      const busy = [LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED].includes(sqlStateOf(error) ?? '');
      if (tried >= TRIES || !busy) throw error;
    }
    await setTimeout(PAUSE_MS);
  }
}

/**
 * Locks tables, all of them within `ms`: one after the other, each could wait as long as the others did.
 * @param tables SQL identifiers
 * @throws an error with code 55P03, as for a single lock, when they do not all come in time
 */
export async function lockAll(client: pg.Client, tables: readonly string[], mode: string, ms: number): Promise<void> {
  await client.query(`set local statement_timeout = '${ms}ms'`);
  try {
    await client.query(`lock table ${tables.join(', ')} in ${mode} mode`);
  } catch (error) {
    if (sqlStateOf(error) !== QUERY_CANCELED) throw error;
    throw new TablesInUseError(
      `${tables.join(', ')}: in use for longer than ${ms} ms. Try again when the app writes less.`,
      {
        cause: error,
      },
    );
  }
  await client.query('set local statement_timeout = 0');
}
