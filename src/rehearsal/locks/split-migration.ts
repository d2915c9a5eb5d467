import { MigrationError } from '../../migrations/graphile-migrate.ts';
import type { CompiledMigration } from '../../migrations/rerun.ts';
import { parseStatements } from '../../sql/statements.ts';

/** One statement of a migration. A DO block is one. */
export interface MigrationStatement {
  /** 1 is the migration's first. */
  readonly number: number;
  readonly sql: string;
}

/** A migration, statement by statement. */
export interface SplitMigration {
  readonly name: string;
  readonly transaction: boolean;
  readonly statements: readonly MigrationStatement[];
}

/**
 * Takes a migration apart into its statements.
 * @throws MigrationError when PostgreSQL's parser does not accept it
 */
export async function splitMigration({ name, sql, transaction }: CompiledMigration): Promise<SplitMigration> {
  const statements = await parseStatements(sql).catch((error: Error) => {
    throw new MigrationError(`${name} cannot be taken apart into statements: ${error.message}`, { cause: error });
  });
  return {
    name,
    transaction,
    statements: statements.map(({ sql: text }, index) => ({ number: index + 1, sql: text })),
  };
}

const SHOWN = 90;

/** A statement in one short line: its first lines until they say enough. */
export function headOf(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}
