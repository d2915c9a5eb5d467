import { parsePlPgSQLSync, parseSync } from 'libpg-query';
import { type PlPgSqlExpression, plpgsqlText, type RoutineText, statementOf } from './plpgsql.ts';
import { nodesOfType, stringOf } from './tree.ts';

/** A place in a routine's body that changes a setting for what runs after it. */
export interface SettingChange {
  readonly name: string;
  /** The new value; undefined when it is not a constant, or when the setting goes back to its default. */
  readonly value: string | undefined;
  /** The line in a PL/pgSQL body, as PostgreSQL counts it in error contexts; the statement, from 1, in one of SQL. */
  readonly at: number;
}

/**
 * The `set`, `reset` and `set_config()` of a body in SQL or PL/pgSQL, in the order in which they are written. Text that
 * the body executes is not read. The parser must be loaded.
 * @returns nothing for another language and for a body that the parser does not understand
 */
export function settingChanges(routine: RoutineText): SettingChange[] {
  try {
    if (routine.language === 'plpgsql') return inBlock(parsePlPgSQLSync(plpgsqlText(routine)), 0);
    if (routine.language !== 'sql') return [];
    const { stmts = [] } = parseSync(routine.source);
    return stmts.flatMap(({ stmt }, index) => changesIn(stmt, index + 1));
  } catch {
    return [];
  }
}

/** Expressions have no line; the statement around them does. */
function inBlock(tree: unknown, line: number): SettingChange[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const own = (tree as { lineno?: number }).lineno ?? line;
  return Object.entries(tree).flatMap(([key, value]) =>
    key === 'PLpgSQL_expr' ? changesIn(parseSync(statementOf(value as PlPgSqlExpression)), own) : inBlock(value, own),
  );
}

function changesIn(tree: unknown, at: number): SettingChange[] {
  const set = [...nodesOfType(tree, 'VariableSetStmt')].flatMap(({ name, args }) =>
    typeof name === 'string' ? [{ name, value: constant(Array.isArray(args) ? args[0] : undefined), at }] : [],
  );
  const called = [...nodesOfType(tree, 'FuncCall')].flatMap(({ funcname, args }) => {
    if (!Array.isArray(funcname) || stringOf(funcname.at(-1)) !== 'set_config' || !Array.isArray(args)) return [];
    const name = constant(args[0]);
    return name === undefined ? [] : [{ name, value: constant(args[1]), at }];
  });
  return [...set, ...called];
}

function constant(node: unknown): string | undefined {
  const text = (node as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval;
  return text && (text.sval ?? '');
}
