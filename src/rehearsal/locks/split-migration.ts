import { MigrationError } from '../../migrations/graphile-migrate.ts';
import type { CompiledMigration } from '../../migrations/rerun.ts';
import { parseStatements } from '../../sql/statements.ts';

/** One statement of a migration. A DO block is one statement. */
export interface MigrationStatement {
  /** The migration's first statement is 1. */
  readonly number: number;
  readonly sql: string;
}

/** A migration with its statements. */
export interface SplitMigration {
  readonly name: string;
  readonly transaction: boolean;
  readonly statements: readonly MigrationStatement[];
}

/**
 * Splits a migration into its statements, as PostgreSQL's parser does.
 * @throws MigrationError when PostgreSQL's parser does not accept it
 */
export async function splitMigration({ name, sql, transaction }: CompiledMigration): Promise<SplitMigration> {
  const statements = await parseStatements(sql).catch((error: Error) => {
    throw new MigrationError(`${name} cannot be split into statements: ${error.message}. Correct the SQL.`, {
      cause: error,
    });
  });
  return {
    name,
    transaction,
    statements: statements.map(({ sql: text }, index) => ({ number: index + 1, sql: text })),
  };
}

/** Characters of a statement that a report shows. */
const SHOWN = 90;

/** The beginning of a statement on one line, of at most 90 characters. */
export function headOf(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}
