import type pg from 'pg';
import { type StopReason, stopIn } from '../../database/server-errors.ts';
import type { TimeSpan } from './observation.ts';
import type { MigrationAttempt } from './recording.ts';
import type { SplitMigration } from './split-migration.ts';
import { readState } from './transaction-state.ts';

/** A migration that gave way to the app is tried again, as an operator would, so many times altogether. */
const MOST_ATTEMPTS = 5;

/** After these a migration is rolled back completely, and can run again. */
const GAVE_WAY: ReadonlySet<StopReason | undefined> = new Set<StopReason>(['deadlock', 'lock timeout']);

/**
 * Runs migrations one after the other, each again when it gave way to the app. Gives every attempt; after the last attempt
 * of a migration that failed, no other migration runs.
 */
export async function migrateAll(
  client: pg.Client,
  migrations: readonly SplitMigration[],
  tell: (text: string) => void,
): Promise<MigrationAttempt[]> {
  const attempts: MigrationAttempt[] = [];
  for (const migration of migrations) {
    for (let count = 1; count <= MOST_ATTEMPTS; count++) {
      tell(`${migration.name}, while the app runs${count > 1 ? `, attempt ${count}` : ''}`);
      const one = await attempt(client, migration);
      attempts.push(one);
      if (!one.error) break;
      if (!GAVE_WAY.has(stopIn(one.error.cause)?.reason) || count === MOST_ATTEMPTS) return attempts;
    }
  }
  return attempts;
}

async function attempt(client: pg.Client, migration: SplitMigration): Promise<MigrationAttempt> {
  const start = await readState(client);
  const from = performance.now();
  const statements: TimeSpan[] = [];
  if (migration.transaction) await client.query('begin');
  for (const { number, sql } of migration.statements) {
    const began = performance.now();
    const cause = await client.query(sql).then(
      () => undefined,
      (error: pg.DatabaseError) => error,
    );
    statements.push({ from: began, to: performance.now() });
    if (!cause) continue;
    if (migration.transaction) await client.query('rollback');
    return { migration, start, from, to: performance.now(), statements, error: { number, cause } };
  }
  if (migration.transaction) await client.query('commit');
  return { migration, start, from, to: performance.now(), statements };
}
