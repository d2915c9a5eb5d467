import { readPlPgSql } from '../../sql/plpgsql-block.ts';
import { parseStatements, type SqlStatement } from '../../sql/statements.ts';
import { nodesOfType, stringOf } from '../../sql/tree.ts';
import { type SessionEffect, sessionEffects } from './effects.ts';

/** A statement after which a migration is no longer one transaction, or its session not as it was. */
export interface Leaving {
  readonly statement: SqlStatement;
  readonly kind: 'transaction' | 'session';
  /** In words, about the migration. */
  readonly what: string;
  readonly fix: string;
}

const ENDING: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: 'it begins a transaction within its own',
  TRANS_STMT_START: 'it begins a transaction within its own',
  TRANS_STMT_COMMIT: 'it commits its own transaction: what is above stays when a statement below fails',
  TRANS_STMT_ROLLBACK:
    'it rolls its own transaction back: nothing above takes effect, and what is below runs without one',
  TRANS_STMT_PREPARE: 'it prepares its own transaction, which then waits, with its locks, for a second commit',
  TRANS_STMT_COMMIT_PREPARED: 'it commits a prepared transaction, which no transaction can contain',
  TRANS_STMT_ROLLBACK_PREPARED: 'it rolls a prepared transaction back, which no transaction can contain',
};

const ONE_TRANSACTION =
  'Take the statement out: a migration runs in one transaction. A file that begins with `--! no-transaction` runs without one, and has to be able to stop at each statement.';

/**
 * Reads, without a server, which statements of a migration end its transaction, and what of its session is not as it
 * was at its end: settings, the role, temporary objects, prepared statements, cursors, channels and advisory locks. What
 * a function does that is called can't be seen here; a text that a DO block executes can, if it is a constant or the
 * format() of one.
 * @param transaction whether it runs in a transaction (without `--! no-transaction`)
 * @throws SqlError of libpg-query when it is not SQL
 */
export async function leavingsOf(sql: string, transaction: boolean): Promise<Leaving[]> {
  const statements = await parseStatements(sql);
  const left = new Map<string, Leaving>();
  for (const statement of statements) {
    for (const effect of await effectsOf(statement)) {
      if (!('ends' in effect)) left.set(effect.key, { statement, kind: 'session', ...effect });
      else for (const key of [...left.keys()].filter(effect.ends)) left.delete(key);
    }
  }
  const ending = transaction ? statements.flatMap(transactionLeft) : openAtEnd(statements);
  return [...ending, ...left.values()].sort((one, other) => one.statement.start - other.statement.start);
}

const transactionKind = ({ tree }: SqlStatement): string | undefined =>
  (tree as { TransactionStmt?: { kind?: string } }).TransactionStmt?.kind;

function transactionLeft(statement: SqlStatement): Leaving[] {
  const what = ENDING[transactionKind(statement) ?? ''];
  return what ? [{ statement, kind: 'transaction', what, fix: ONE_TRANSACTION }] : [];
}

/** Without a transaction around it, a migration may begin and end its own. */
function openAtEnd(statements: readonly SqlStatement[]): Leaving[] {
  const last = statements.findLast((statement) => ENDING[transactionKind(statement) ?? ''] !== undefined);
  const kind = last && transactionKind(last);
  const chained = (last?.tree as { TransactionStmt?: { chain?: boolean } } | undefined)?.TransactionStmt?.chain;
  if (!last || !(kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START' || chained)) return [];
  return [{ statement: last, kind: 'transaction', what: 'its transaction stays open', fix: 'End it with `commit`.' }];
}

async function effectsOf({ tree, sql }: SqlStatement): Promise<SessionEffect[]> {
  if (!('DoStmt' in tree)) return sessionEffects(tree);
  // graphile-migrate reports a body that is no PL/pgSQL, with its place.
  const block = await readPlPgSql(sql).catch(() => undefined);
  const executed = await Promise.all((block?.executed ?? []).map(treesExecuted));
  return [...(block?.queries ?? []), ...executed.flat()].flatMap((query) =>
    ((query as { stmts?: { stmt?: unknown }[] }).stmts ?? []).flatMap(({ stmt }) => sessionEffects(stmt)),
  );
}

/** The parse tree of a text that is executed, where it is a constant or the format() of one. */
async function treesExecuted(expression: unknown): Promise<unknown[]> {
  const [target] = nodesOfType(expression, 'ResTarget');
  const value = target?.val as { FuncCall?: { funcname?: unknown[]; args?: unknown[] } } | undefined;
  const formatted = stringOf(value?.FuncCall?.funcname?.at(-1)) === 'format';
  const constant = (formatted ? value?.FuncCall?.args?.[0] : value) as
    | { A_Const?: { sval?: { sval?: string } } }
    | undefined;
  const text = constant?.A_Const?.sval?.sval;
  if (text === undefined) return [];
  const filled = formatted
    ? text.replaceAll(/%(\d+\$)?(-?\d+)?([sIL])/g, (_, __, ___, kind) => FILLED[kind] ?? '')
    : text;
  const statements = await parseStatements(filled).catch(() => []);
  return [{ stmts: statements.map(({ tree }) => ({ stmt: tree })) }];
}

/** Something in the place of each value of a format, so that the text can be parsed. */
const FILLED: Readonly<Record<string, string>> = { s: 'value', I: 'value', L: "'value'" };
