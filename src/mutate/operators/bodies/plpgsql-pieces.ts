import { parsePlPgSQLSync } from 'libpg-query';
import { type PlPgSqlExpression, plpgsqlText, type RoutineText, statementOf } from '../../../sql/plpgsql.ts';
import { CONDITION, type CodeToken, placedTokens, STATEMENT, toBytes, VALUE } from '../edits/code.ts';

/** A query or expression of a PL/pgSQL body, or a statement, and where it is. */
export interface BodyPiece {
  readonly kind: 'code' | 'raise' | 'perform' | 'errcode';
  /** In bytes of the body. */
  readonly from: number;
  readonly to: number;
  /** As the parser gives it, in bytes: with blanks for INTO and its variables. */
  readonly text: string;
  /** The words that make SQL of it when they stand before it (see edits/code.ts). */
  readonly prefix: string;
  /** Of a `raise` that is all that an IF without ELSE does: without it, the IF does nothing. */
  readonly onlyOne?: boolean;
}

type PlpgsqlFields = Readonly<Record<string, unknown>>;

interface RaiseOption {
  readonly opt_type?: string | number;
  readonly expr: unknown;
}

/** The fields of a statement that hold other statements; they come after its own expressions. */
const BLOCKS = new Set([
  'body',
  'then_body',
  'elsif_list',
  'else_body',
  'else_stmts',
  'case_when_list',
  'stmts',
  'exceptions',
  'exc_list',
  'action',
]);
/** The fields that say where a statement writes to: no code of its own. */
const SKIPPED = new Set(['var', 'target', 'datums']);
const ERROR = 21;
/** The options of RAISE whose text is for people. */
const FOR_PEOPLE = new Set(['PLPGSQL_RAISEOPTION_MESSAGE', 'PLPGSQL_RAISEOPTION_HINT', 1, 3]);
const ERRCODES = new Set(['PLPGSQL_RAISEOPTION_ERRCODE', 0]);

/**
 * Finds the queries, expressions and guards of a PL/pgSQL body. The parser gives lines and texts: each is looked for from
 * its line on, in the order of the source, at the beginning of a token. What is not there as the parser gives it is left out.
 * @throws Error when the parser does not understand the body
 */
export function plpgsqlPieces(routine: RoutineText): BodyPiece[] {
  const source = toBytes(routine.source);
  const search = searchIn(source);
  const pieces: BodyPiece[] = [];
  const tree = parsePlPgSQLSync(plpgsqlText(routine)) as unknown as {
    plpgsql_funcs: { PLpgSQL_function: PlpgsqlFields }[];
  };
  const body = tree.plpgsql_funcs[0]?.PLpgSQL_function;
  pieces.push(...declaredPieces(body, searchIn(source)));

  const code = (value: unknown, prefix: string | null, kind: BodyPiece['kind'] = 'code'): void => {
    const { query, parseMode = 0 } = (value as { PLpgSQL_expr: PlPgSqlExpression }).PLpgSQL_expr;
    const assigned = parseMode > 2 ? query.length - (statementOf({ query, parseMode }).length - VALUE.length) : 0;
    const found = search.query(toBytes(query), parseMode === 0);
    if (!found) return;
    const target = toBytes(query.slice(0, assigned));
    const skipped = assigned > 0 ? found.text.length - found.text.slice(target.length).trimStart().length : 0;
    const [from, text] = [found.from + skipped, found.text.slice(skipped)];
    pieces.push({
      kind,
      from,
      to: found.to,
      text,
      prefix: found.isCase ? VALUE : (prefix ?? (found.isStatement ? STATEMENT : VALUE)),
    });
  };

  const raiseOption = ({ opt_type: option = 0, expr }: RaiseOption): void => {
    if (!FOR_PEOPLE.has(option)) code(expr, VALUE, ERRCODES.has(option) ? 'errcode' : 'code');
  };

  const statement = (type: string, fields: PlpgsqlFields, isAlone: boolean): void => {
    if (typeof fields.lineno === 'number') search.line(fields.lineno);
    const removed =
      type === 'PLpgSQL_stmt_raise' && fields.elog_level === ERROR
        ? 'raise'
        : type === 'PLpgSQL_stmt_perform'
          ? 'perform'
          : null;
    const place = removed && search.statement(removed);
    if (removed && place) pieces.push({ kind: removed, ...place, text: '', prefix: STATEMENT, onlyOne: isAlone });
    const entries = Object.entries(fields).filter(([key]) => !SKIPPED.has(key));
    // The parser gives the body of some loops before what they run through.
    for (const [key, value] of [
      ...entries.filter(([key]) => !BLOCKS.has(key)),
      ...entries.filter(([key]) => BLOCKS.has(key)),
    ]) {
      if (type === 'PLpgSQL_stmt_raise' && key === 'params') continue;
      const alone =
        type === 'PLpgSQL_stmt_if' &&
        key === 'then_body' &&
        (value as unknown[]).length === 1 &&
        !fields.else_body &&
        !fields.elsif_list;
      within(value, conditional(type, key, routine), alone);
    }
  };

  const within = (value: unknown, prefix: string | null, isAlone = false): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('PLpgSQL_expr' in value) code(value, prefix);
    else if ('PLpgSQL_raise_option' in value) raiseOption(value.PLpgSQL_raise_option as RaiseOption);
    else
      for (const [key, below] of Object.entries(value)) {
        if (key.startsWith('PLpgSQL_')) statement(key, below as PlpgsqlFields, isAlone);
        else within(below, prefix, isAlone);
      }
  };
  within(body?.action, null);
  return pieces;
}

/** Whether an expression of a statement is a condition. */
function conditional(type: string, key: string, routine: RoutineText): string | null {
  if (key === 'cond') return CONDITION;
  if (type === 'PLpgSQL_case_when' && key === 'expr') return CONDITION;
  if (type === 'PLpgSQL_stmt_return' && key === 'expr' && routine.returns === 'boolean') return CONDITION;
  return null;
}

/** The values that variables begin with. */
function declaredPieces(body: PlpgsqlFields | undefined, search: ReturnType<typeof searchIn>): BodyPiece[] {
  return ((body?.datums ?? []) as { PLpgSQL_var?: PlpgsqlFields }[]).flatMap(({ PLpgSQL_var: variable }) => {
    const initial = variable?.default_val as { PLpgSQL_expr: PlPgSqlExpression } | undefined;
    if (!initial || typeof variable?.lineno !== 'number') return [];
    search.line(variable.lineno);
    const found = search.query(toBytes(initial.PLpgSQL_expr.query), false);
    return found ? [{ kind: 'code' as const, from: found.from, to: found.to, text: found.text, prefix: VALUE }] : [];
  });
}

interface FoundQuery {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Whether it is a statement of SQL as it stands there. */
  readonly isStatement: boolean;
  /** Whether it stands behind WHEN of a CASE with an operand: what the operand is compared with. */
  readonly isCase: boolean;
}

/** Looks for texts in a body, each behind the last one. */
function searchIn(source: string) {
  const tokens = placedTokens(source);
  const lines = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lines.push(at + 1);
  let cursor = 0;
  const ahead = (): readonly CodeToken[] => tokens.filter(({ start }) => start >= cursor);
  return {
    line(number: number): void {
      cursor = Math.max(cursor, lines[number - 1] ?? 0);
    },
    /** From the word that begins the statement to before its semicolon. */
    statement(word: string): { from: number; to: number } | null {
      const from = ahead().find(({ kind, text }) => kind === 'word' && text === word);
      const end = from && tokens.find(({ start, text }) => start > from.start && text === ';');
      if (!from || !end) return null;
      cursor = from.end;
      return { from: from.start, to: end.start };
    },
    query(query: string, isStatement: boolean): FoundQuery | null {
      // PERFORM is given as a SELECT, and CASE x WHEN as a comparison with a variable of its own.
      for (const prefix of ['', 'SELECT', CASE]) {
        const sought =
          prefix === CASE ? inCase(query) : query.startsWith(prefix) ? query.slice(prefix.length).trimStart() : null;
        const found = sought === null ? undefined : ahead().find(({ start }) => stands(source, start, sought));
        if (!found || sought === null) continue;
        cursor = found.start + sought.length;
        return {
          from: found.start,
          to: cursor,
          text: sought,
          isStatement: isStatement && prefix === '',
          isCase: prefix === CASE,
        };
      }
      return null;
    },
  };
}

const CASE = '"__Case__Variable_';

/** The values behind WHEN in a CASE with an operand; null when the query is of no such CASE. */
function inCase(query: string): string | null {
  const open = query.indexOf(' IN (');
  return query.startsWith(CASE) && open >= 0 ? query.slice(open + ' IN ('.length, -1) : null;
}

/** Whether a text stands at a place; where the parser has taken INTO and its variables out, it has blanks. */
function stands(source: string, at: number, text: string): boolean {
  if (source.startsWith(text, at)) return true;
  for (let index = 0; index < text.length; index++) {
    if (source[at + index] === text[index]) continue;
    const end = index + (/^\s*/.exec(text.slice(index))?.[0].length ?? 0);
    return end > index && /^into\b/i.test(source.slice(at + index)) && source.startsWith(text.slice(end), at + end);
  }
  return true;
}
