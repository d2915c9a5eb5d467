import { parsePlPgSQLSync, parseSync } from 'libpg-query';
import { plpgsqlStatements, plpgsqlText, type RoutineText } from './plpgsql.ts';
import { parseSqlBody } from './references.ts';
import { nodesOfType, stringOf } from './tree.ts';

/** The effects that the text of a function has itself, in the order in which it is written; not those of the functions that it calls. */
export interface RoutineEffects {
  /** The statements and clauses that change or lock something, such as `INSERT` or `FOR UPDATE`. */
  readonly changes: readonly string[];
  /** The relations that it reads, as written. */
  readonly reads: readonly string[];
  /** The functions that it calls, as written: with a schema or without. */
  readonly calls: readonly string[];
  /** Values that the session decides and that are written without parentheses, such as CURRENT_USER. */
  readonly values: readonly string[];
  /** Whether it executes a text that is put together when it runs, which can't be read here. */
  readonly executesUnread: boolean;
}

/**
 * Reads the body of a function in SQL or PL/pgSQL, by PostgreSQL's own parsers. A text that EXECUTE runs is read too where it
 * is a string, or the format() of one. The parser must be loaded.
 * @throws Error when the parser does not understand the body
 */
export function effectsOfRoutine(routine: RoutineText): RoutineEffects {
  if (routine.language === 'sql') return effectsOf([statementsOf(parseSqlBody(routine.source))], [], false);
  const { statements, dynamic } = plpgsqlStatements(routine);
  const trees = statements.map((statement) => parseSync(statement));
  const executed = dynamic ? executedIn(trees) : [];
  const block = parsePlPgSQLSync(plpgsqlText(routine));
  const ends = ENDS.filter((type) => !nodesOfType(block, `PLpgSQL_stmt_${type}`)[Symbol.iterator]().next().done);
  return effectsOf([...trees, ...executed], ends, dynamic && executed.length === 0);
}

/** Statements of PL/pgSQL that end a transaction. */
const ENDS = ['commit', 'rollback'];

/** A parsed body (BEGIN ATOMIC, RETURN) is within the statement that makes its function. */
function statementsOf(tree: unknown): unknown {
  const [body] = [...nodesOfType(tree, 'CreateFunctionStmt')].map(({ sql_body }) => sql_body);
  return body ?? tree;
}

function effectsOf(trees: readonly unknown[], ends: readonly string[], executesUnread: boolean): RoutineEffects {
  const every = (type: string) => trees.flatMap((tree) => [...nodesOfType(tree, type)]);
  const named = new Set(every('CommonTableExpr').map(({ ctename }) => ctename));
  const relations = every('RangeVar') as { readonly schemaname?: string; readonly relname?: string }[];
  const changes = [
    ...trees.flatMap(statementTypes).filter((type) => !READING.includes(type)),
    ...(every('LockingClause').length > 0 ? ['FOR UPDATE or FOR SHARE'] : []),
    ...(every('intoClause').length > 0 ? ['SELECT INTO'] : []),
    ...ends.map((type) => type.toUpperCase()),
  ];
  return {
    changes: [...new Set(changes)],
    reads: relations
      .filter(({ schemaname, relname }) => schemaname !== undefined || !named.has(relname))
      .map(({ schemaname, relname = '' }) => (schemaname === undefined ? relname : `${schemaname}.${relname}`)),
    calls: every('FuncCall').map(({ funcname }) => (funcname as unknown[]).map(stringOf).join('.')),
    values: every('SQLValueFunction').map(({ op }) => String(op).replace('SVFOP_', '').toLowerCase()),
    executesUnread,
  };
}

const READING = ['SELECT', 'RETURN'];

/** The types of all statements in a tree, those within a WITH too: `SELECT`, `INSERT`, `CREATE`. */
function statementTypes(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [
    ...(STATEMENT.test(key) ? [key.slice(0, -'Stmt'.length).toUpperCase()] : []),
    ...statementTypes(value),
  ]);
}

/** The name of a statement's node; a field that holds one begins in lower case. */
const STATEMENT = /^[A-Z]\w*Stmt$/;

/** The texts that a body may execute: every string in it that is SQL by itself, or as the format of some. */
function executedIn(trees: readonly unknown[]): unknown[] {
  const texts = trees.flatMap((tree) =>
    [...nodesOfType(tree, 'A_Const')].flatMap(({ sval }) => (sval as { sval?: string } | undefined)?.sval ?? []),
  );
  return texts.flatMap((text) => parsed(text.replaceAll(PLACEHOLDER, (_, kind) => (kind === '%' ? '%' : 'x'))));
}

/** The placeholders of format(). */
const PLACEHOLDER = /%(?:\d+\$)?(?:-?\d+)?([sIL%])/g;

function parsed(text: string): unknown[] {
  try {
    const tree = parseSync(text);
    return (tree.stmts ?? []).length > 0 ? [tree] : [];
  } catch {
    return [];
  }
}
