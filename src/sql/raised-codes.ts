import { parsePlPgSQLSync, parseSync } from 'libpg-query';
import { codeOfCondition } from './condition-codes.ts';
import { type PlPgSqlExpression, plpgsqlText, type RoutineText, statementOf } from './plpgsql.ts';
import { nodesOfType, stringOf } from './tree.ts';

/** The errors that a body raises by itself. */
export interface RaisedCodes {
  /** The SQLSTATEs, each once and in order of appearance. */
  readonly codes: readonly string[];
  /** The expressions from which the body computes a SQLSTATE while it runs. */
  readonly computed: readonly string[];
}

/** As elog.h has it: a lower level is a notice or a warning. */
const ERROR = 21;
/** As plpgsql.h has it: the option ERRCODE of RAISE. */
const ERRCODE = 0;
/** The code of RAISE without one (PostgreSQL's documentation, "Errors and Messages"). */
const RAISE_EXCEPTION = 'P0001';

/**
 * The SQLSTATEs of the RAISE statements in a PL/pgSQL body. A RAISE without anything repeats an error that it did not make,
 * and none is in a body in another language.
 * @throws Error when the parser does not understand the body
 */
export function raisedCodes(routine: RoutineText): RaisedCodes {
  if (routine.language !== 'plpgsql') return { codes: [], computed: [] };
  const [codes, computed] = [new Set<string>(), new Set<string>()];
  for (const raise of nodesOfType(parsePlPgSQLSync(plpgsqlText(routine)), 'PLpgSQL_stmt_raise')) {
    if (raise.elog_level !== ERROR) continue;
    const option = [...nodesOfType(raise.options, 'PLpgSQL_raise_option')].find(({ opt_type }) => opt_type === ERRCODE);
    const expression = [...nodesOfType(option?.expr, 'PLpgSQL_expr')][0] as unknown as PlPgSqlExpression | undefined;
    if (expression) {
      const code = codeOf(expression);
      if (code === undefined) computed.add(expression.query);
      else codes.add(code);
    } else if (typeof raise.condname === 'string') {
      codes.add(codeOfCondition(raise.condname) ?? raise.condname);
    } else if (raise.message !== undefined || raise.options !== undefined) {
      codes.add(RAISE_EXCEPTION);
    }
  }
  return { codes: [...codes], computed: [...computed] };
}

/** The code that a constant names, with a cast or without; undefined of everything else. */
function codeOf(expression: PlPgSqlExpression): string | undefined {
  const [target] = nodesOfType(parseSync(statementOf(expression)), 'ResTarget');
  let value = target?.val as { readonly TypeCast?: { readonly arg?: unknown } } | undefined;
  while (value?.TypeCast) value = value.TypeCast.arg as typeof value;
  const constant = (value as { readonly A_Const?: { readonly sval?: { readonly sval?: string } } } | undefined)
    ?.A_Const;
  const text = constant?.sval?.sval ?? stringOf(constant);
  return text === undefined ? undefined : codeOfCondition(text);
}
