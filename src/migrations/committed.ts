import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { committedMigrations, runsInTransaction } from './files.ts';
import { readMigrationSettings } from './graphile-migrate.ts';
import { flattened, type IncludedSection, includedSections } from './included.ts';

/** A committed migration, with what its marks say of it. */
export interface CommittedMigration {
  /** The name of its file. */
  readonly file: string;
  /** As graphile-migrate remembers it: its number. */
  readonly name: string;
  /** The file, with its includes written out. */
  readonly sql: string;
  readonly hash: string;
  readonly previous: string | null;
  /** Whether it runs in a transaction. */
  readonly transaction: boolean;
  readonly included: readonly IncludedSection[];
}

/** The committed migrations in the order in which they run. @throws MarkError as includedSections() */
export async function readCommitted(): Promise<CommittedMigration[]> {
  const { migrationsFolder } = await readMigrationSettings();
  const files = await committedMigrations();
  return Promise.all(
    files.map(async (file) => committedFrom(file, await readFile(join(migrationsFolder, 'committed', file), 'utf8'))),
  );
}

/** A committed migration from its file's text. @throws MarkError as includedSections() */
export function committedFrom(file: string, sql: string): CommittedMigration {
  const header = (key: string): string | undefined => new RegExp(`^--! ${key}: (\\S+)`, 'm').exec(sql)?.[1];
  const previous = header('Previous');
  return {
    file,
    name: file.replace(/^(\d+).*/, '$1.sql'),
    sql,
    hash: header('Hash') ?? '',
    previous: previous === undefined || previous === '-' ? null : previous,
    transaction: runsInTransaction(sql),
    included: includedSections(sql, file),
  };
}

/** Where a file is included, in the order in which it runs. */
export function inclusionsOf(
  name: string,
  migrations: readonly CommittedMigration[],
): { readonly migration: CommittedMigration; readonly section: IncludedSection }[] {
  return migrations.flatMap((migration) =>
    [...flattened(migration.included)]
      .filter((section) => section.name === name)
      .map((section) => ({ migration, section })),
  );
}
