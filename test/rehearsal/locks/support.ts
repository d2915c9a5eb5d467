import type { ObservedMigration, ObservedStatement } from '../../../src/rehearsal/locks/observation.ts';
import { observeAlone } from '../../../src/rehearsal/locks/run-alone.ts';
import { type SplitMigration, splitMigration } from '../../../src/rehearsal/locks/split-migration.ts';
import type { TestDatabase } from '../../support/databases.ts';

/** A migration taken apart. */
export function migration(sql: string, name = '000001-tested.sql', transaction = true): Promise<SplitMigration> {
  return splitMigration({ name, sql, transaction });
}

/** The one migration, observed alone. */
export async function observed({ url }: TestDatabase, sql: string, transaction = true): Promise<ObservedMigration> {
  const { migrations, failure } = await observeAlone(url, [await migration(sql, undefined, transaction)], () => {});
  const [first] = migrations;
  if (!first) throw new Error(failure?.message);
  return first;
}

/** The locks that a statement took, as `table mode`, with the index or TOAST table after a slash. */
export function locksIn(statement: ObservedStatement | undefined): string[] {
  return (statement?.locks ?? [])
    .map(({ table, through, mode }) => `${table}${through ? `/${through}` : ''} ${mode}`)
    .sort();
}
