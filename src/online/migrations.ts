import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from '../database/error.ts';
import { committedMigrations } from '../migrations/files.ts';
import { readMigrationSettings } from '../migrations/graphile-migrate.ts';

/** A committed migration, with what its header says of it. */
export interface CommittedMigration {
  /** As graphile-migrate knows it: its number. */
  readonly name: string;
  readonly sql: string;
  readonly hash: string;
  readonly previous: string | null;
}

/**
 * The committed migrations as they stand in their files, includes written out.
 * @throws DatabaseError when one can't run in a transaction with the others
 */
export async function readCommitted(): Promise<CommittedMigration[]> {
  const { migrationsFolder } = await readMigrationSettings();
  const names = await committedMigrations();
  return Promise.all(
    names.map(async (name) => parse(name, await readFile(join(migrationsFolder, 'committed', name), 'utf8'))),
  );
}

function parse(name: string, sql: string): CommittedMigration {
  if (/^--! no-transaction\b/m.test(sql)) {
    throw new DatabaseError(
      `${name} can't run in a transaction, so it can't be prepared. Migrate in a maintenance window.`,
    );
  }
  const header = (key: string): string | undefined => new RegExp(`^--! ${key}: (\\S+)`, 'm').exec(sql)?.[1];
  const previous = header('Previous');
  return {
    name: name.replace(/^(\d+).*/, '$1.sql'),
    sql,
    hash: header('Hash') ?? '',
    previous: previous === '-' ? null : (previous ?? null),
  };
}
