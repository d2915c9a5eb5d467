import { parsePlPgSQLSync, parseSync } from 'libpg-query';
import { type PlPgSqlExpression, plpgsqlText, statementOf } from './plpgsql.ts';
import { nodesOfType, stringOf } from './tree.ts';

/** A statement of a DO block. */
export interface BlockStatement {
  readonly tree: unknown;
  /** Whether it runs only where a condition of the block (IF, CASE) holds. */
  readonly conditional: boolean;
}

/**
 * The statements that a DO block in PL/pgSQL runs, those that it executes from a string too, as far as the string is written out or the pattern of format(). The parser must be loaded.
 * @param tree of a statement
 * @returns nothing for another statement, another language, and a body that the parser does not understand
 */
export function statementsOfDo(tree: unknown): BlockStatement[] {
  const { args } = (tree as { DoStmt?: { args?: unknown } }).DoStmt ?? {};
  const options = [...nodesOfType(args, 'DefElem')];
  const option = (name: string) => stringOf(options.find(({ defname }) => defname === name)?.arg);
  const source = option('as');
  if (source === undefined || (option('language') ?? 'plpgsql') !== 'plpgsql') return [];
  const shape = { kind: 'f', returns: 'void', returnsSet: false, arguments: [] };
  try {
    return within(parsePlPgSQLSync(plpgsqlText({ language: 'plpgsql', source, ...shape })), {
      executed: false,
      conditional: false,
    });
  } catch {
    return [];
  }
}

interface Surrounding {
  readonly executed: boolean;
  readonly conditional: boolean;
}

const CONDITIONS = ['PLpgSQL_stmt_if', 'PLpgSQL_stmt_case'];

function within(tree: unknown, { executed, conditional }: Surrounding): BlockStatement[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => {
    if (key !== 'PLpgSQL_expr')
      return within(value, {
        // Its expression is not where its keyword is.
        executed: key === 'PLpgSQL_stmt_dynexecute' || (executed && key === 'query'),
        conditional: conditional || CONDITIONS.includes(key),
      });
    const trees = statementsIn(statementOf(value as PlPgSqlExpression));
    const all = executed ? [...trees, ...trees.flatMap(executedBy)] : trees;
    return all.map((one) => ({ tree: one, conditional }));
  });
}

/** The first string of what EXECUTE runs: the statement, or the pattern of format(). */
function executedBy(tree: unknown): unknown[] {
  const [text] = [...nodesOfType(tree, 'A_Const')].flatMap(
    ({ sval }) => (sval as { sval?: string } | undefined)?.sval ?? [],
  );
  return text === undefined
    ? []
    : statementsIn(text.replaceAll(PLACEHOLDER, (_, kind) => (kind === '%' ? '%' : kind === 'L' ? "'x'" : 'x')));
}

/** The placeholders of format(). */
const PLACEHOLDER = /%(?:\d+\$)?(?:-?\d+)?([sIL%])/g;

function statementsIn(text: string): unknown[] {
  try {
    return (parseSync(text).stmts ?? []).map(({ stmt }) => stmt);
  } catch {
    return [];
  }
}
