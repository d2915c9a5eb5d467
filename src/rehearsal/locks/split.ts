import { parse } from 'libpg-query';
import { MigrationError } from '../../migrations/graphile-migrate.ts';
import type { CompiledMigration } from '../../migrations/rerun.ts';

/** One statement of a migration. A DO block is one. */
export interface Statement {
  /** 1 is the migration's first. */
  readonly number: number;
  readonly sql: string;
}

/** A migration, statement by statement. */
export interface SplitMigration {
  readonly name: string;
  readonly transaction: boolean;
  readonly statements: readonly Statement[];
}

/**
 * Takes a migration apart as PostgreSQL would: libpg-query is PostgreSQL's own parser, so dollar quotes, comments that
 * nest and functions with a body of SQL are what they are on the server.
 * @throws MigrationError when it is no SQL to that parser
 */
export async function splitMigration({ name, sql, transaction }: CompiledMigration): Promise<SplitMigration> {
  const text = Buffer.from(sql);
  const { stmts = [] } = await parse(sql).catch((error: Error) => {
    throw new MigrationError(`${name} cannot be taken apart into statements: ${error.message}`, { cause: error });
  });
  const statements = stmts.map(({ stmt_location: from = 0, stmt_len: length }, index) => ({
    number: index + 1,
    // Places are in bytes. The last statement without a semicolon has no length.
    sql: text
      .subarray(from, length ? from + length : undefined)
      .toString()
      .trim(),
  }));
  return { name, transaction, statements };
}

const SHOWN = 90;

/** A statement in one short line: its first lines until they say enough. */
export function headOf(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}
