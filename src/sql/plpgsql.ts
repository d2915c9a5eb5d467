import { parsePlPgSQLSync } from 'libpg-query';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { tokenAt } from './tokens.ts';

/** A function or procedure, as far as its body depends on it. */
export interface RoutineText {
  readonly language: string;
  readonly kind: string;
  readonly source: string;
  /** The type of its result; null for a procedure. */
  readonly returns: string | null;
  readonly returnsSet: boolean;
  readonly arguments: readonly {
    readonly name: string;
    readonly mode: 'in' | 'out' | 'inout' | 'variadic' | 'table';
  }[];
}

/**
 * Takes the body of a PL/pgSQL function apart, by PostgreSQL's own parser: its statements of SQL and its expressions,
 * each as a statement by itself.
 * @returns dynamic says whether it runs text as SQL somewhere (EXECUTE in any form)
 * @throws Error when the parser does not understand the body
 */
export function plpgsqlStatements(routine: RoutineText): { statements: string[]; dynamic: boolean } {
  const statements: string[] = [];
  let dynamic = false;
  const visit = (tree: unknown): void => {
    if (typeof tree !== 'object' || tree === null) return;
    for (const [key, value] of Object.entries(tree)) {
      if (key === 'PLpgSQL_expr') statements.push(statementOf(value as PlPgSqlExpression));
      else visit(value);
      if (DYNAMIC.includes(key)) dynamic = true;
    }
  };
  visit(parsePlPgSQLSync(plpgsqlText(routine)));
  return { statements, dynamic };
}

/** The statement that creates a PL/pgSQL function with this body, as far as its parser needs it. */
export const plpgsqlText = (routine: RoutineText): string => headerFor(routine) + quoteLiteral(routine.source);

/** EXECUTE, FOR … IN EXECUTE, and RETURN QUERY and OPEN with EXECUTE. */
const DYNAMIC = ['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors', 'dynquery'];

/** An expression or statement in a PL/pgSQL body, as libpg-query gives it. */
export interface PlPgSqlExpression {
  readonly query: string;
  /** As plpgsql has it: 0 is a statement, 2 an expression, and 3 and above an assignment. */
  readonly parseMode?: number;
}

/** The expression as a complete SQL statement. */
export function statementOf({ query, parseMode = 0 }: PlPgSqlExpression): string {
  if (parseMode === 0) return query;
  return `select ${parseMode === 2 ? query : query.slice(endOfTarget(query))}`;
}

/** Where the value of an assignment begins: behind the first `:=` or `=` outside of brackets. */
function endOfTarget(assignment: string): number {
  let depth = 0;
  for (let at = 0; at < assignment.length; ) {
    const written = assignment[at] ?? '';
    const end = tokenAt(assignment, at)?.end ?? assignment.length;
    if (written === '[' || written === '(') depth++;
    if (written === ']' || written === ')') depth--;
    if (depth === 0 && written === '=') return end;
    at = end;
  }
  return 0;
}

/**
 * The statement that makes the function, up to its body. The parser looks at names and modes of arguments, and whether
 * something is returned; it knows no types but PostgreSQL's own, so that all of them are text.
 */
function headerFor({ kind, returns, returnsSet, arguments: given }: RoutineText): string {
  const [columns, others] = [
    given.filter(({ mode }) => mode === 'table'),
    given.filter(({ mode }) => mode !== 'table'),
  ];
  const named = (name: string): string => (name === '' ? '' : quoteIdentifier(name));
  const list = others.map(({ name, mode }) => `${mode === 'variadic' ? 'in' : mode} ${named(name)} text`).join(', ');
  if (kind === 'procedure') return `create procedure body(${list}) language plpgsql as `;
  const outputs = given.filter(({ mode }) => mode === 'out' || mode === 'inout').length;
  const type = outputs > 1 ? 'record' : 'text';
  const result = PLAIN.includes(returns ?? '') ? returns : `${returnsSet ? 'setof ' : ''}${type}`;
  const table = `table (${columns.map(({ name }) => `${named(name)} text`).join(', ')})`;
  return `create function body(${list}) returns ${columns.length > 0 ? table : result} language plpgsql as `;
}

/** Types of a result that decide what a body may do. */
const PLAIN = ['trigger', 'event_trigger', 'void'];
