import type pg from 'pg';
import { readStructure } from '../../catalog/structure.ts';
import { withClient } from '../../database/connect.ts';
import { effectsOf } from './effects.ts';
import { listenForNestedStatements } from './nested-statements.ts';
import type {
  AloneRun,
  NestedStatement,
  ObservedMigration,
  ObservedStatement,
  StatementFailure,
} from './observation.ts';
import { headOf, type MigrationStatement, type SplitMigration } from './split-migration.ts';
import { readState, STATE_QUERY } from './transaction-state.ts';

/** A statement of a migration failed; the statements before it are rolled back. */
class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly failure: StatementFailure;
  constructor(failure: StatementFailure, cause: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/**
 * Runs migrations on a database created for it, as graphile-migrate does (one session, a transaction each), and reads after
 * each statement, from within the transaction, what the statement did. A failure ends the run, and is given with it.
 */
export async function observeAlone(
  url: string,
  migrations: readonly SplitMigration[],
  tell: (text: string) => void,
): Promise<AloneRun> {
  return withClient(url, async (client) => {
    const observed: ObservedMigration[] = [];
    const nestedStatementIn = await listenForNestedStatements(client, [STATE_QUERY]);
    const others = await otherSessions(client);
    try {
      for (const migration of migrations) {
        tell(`${migration.name}, alone`);
        observed.push(await observe(client, migration, nestedStatementIn));
      }
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      return { migrations: observed, others, failure: error.failure, structure: [] };
    }
    return { migrations: observed, others, structure: await readStructure(client) };
  });
}

async function observe(
  client: pg.Client,
  { name, transaction, statements }: SplitMigration,
  nestedStatementIn: ((sql: string) => NestedStatement[]) | undefined,
): Promise<ObservedMigration> {
  const observed: ObservedStatement[] = [];
  if (transaction) await client.query('begin');
  const start = await readState(client);
  let before = start;
  for (const statement of statements) {
    const ms = await timed(() => client.query(statement.sql)).catch(async (cause: Error) => {
      if (transaction) await client.query('rollback');
      throw new StatementError(failureOf(name, statement, cause), cause);
    });
    const after = await readState(client);
    observed.push({
      number: statement.number,
      head: headOf(statement.sql),
      ms,
      nested: nestedStatementIn?.(statement.sql),
      ...effectsOf(start, before, after, transaction),
    });
    before = after;
  }
  return {
    name,
    transaction,
    statements: observed,
    commitMs: transaction ? await timed(() => client.query('commit')) : 0,
  };
}

/** A failed statement as reports show it. */
export function failureOf(
  migration: string,
  { number, sql }: MigrationStatement,
  { message }: Error,
): StatementFailure {
  return { migration, number, head: headOf(sql), message };
}

async function otherSessions(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ others: number }>(
    `select count(*)::int as others from pg_stat_activity
     where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  return rows[0]?.others ?? 0;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}
