import { stringOf } from '../../../sql/tree.ts';
import { type CodeToken, comparableTree, type ParsedCode, treeOfEdited } from './code.ts';
import type { SqlEdit } from './edit.ts';
import { type Visited, visit } from './walk.ts';

/** Each comparison by symbols, and the nearest other one. */
const MOVED: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  '!=': '=',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '~': '!~',
  '!~': '~',
  '~*': '!~*',
  '!~*': '~*',
};
/** Comparisons that are words, which NOT before them turns round. */
const WORDS: Readonly<Record<string, string>> = {
  AEXPR_IN: 'in',
  AEXPR_LIKE: 'like',
  AEXPR_ILIKE: 'ilike',
  AEXPR_SIMILAR: 'similar',
  AEXPR_BETWEEN: 'between',
  AEXPR_BETWEEN_SYM: 'between',
};
const SYMBOLIC = new Set(['AEXPR_OP', 'AEXPR_OP_ANY', 'AEXPR_OP_ALL']);

/** Each comparison moved, each AND made an OR and the other way round, and each NOT taken away. */
export function operatorEdits(code: ParsedCode): SqlEdit[] {
  return [...[...visit(code.tree)].flatMap((visited) => comparisonEdits(code, visited)), ...wordEdits(code)];
}

function comparisonEdits(code: ParsedCode, { type, fields, inCondition: condition }: Visited): SqlEdit[] {
  const at = Number(fields.location) - code.prefix.length;
  const token = code.tokens.find(({ start }) => start === at);
  if (!token) return [];
  const made = (from: number, to: number, by: string): SqlEdit[] => [
    { operator: 'comparison', from, to, by, what: `${code.text.slice(from, to)} to ${by}`, condition },
  ];
  // IS NULL, and IS DISTINCT FROM.
  const isNull = type === 'NullTest' && fields.nulltesttype === 'IS_NULL' && token.text === 'is';
  const isDistinct = type === 'A_Expr' && fields.kind === 'AEXPR_DISTINCT' && token.text === 'is';
  if (isNull || isDistinct) return made(token.start, token.end, 'is not');
  if (type !== 'A_Expr') return [];
  const word = WORDS[String(fields.kind)];
  if (word && token.text === word) return made(token.start, token.end, `not ${word}`);
  const names = fields.name as unknown[];
  const name = stringOf(names.at(-1)) ?? '';
  const moved = MOVED[name];
  if (!moved || names.length > 1 || !SYMBOLIC.has(String(fields.kind))) return [];
  const written = ['!=', name].find((text) => code.text.startsWith(text, at));
  return written ? made(at, at + written.length, moved) : [];
}

/** AND, OR and NOT are replaced where they stand; the AND of BETWEEN is none, since an OR there is no SQL. */
function wordEdits(code: ParsedCode): SqlEdit[] {
  const conditions = [...visit(code.tree)].some(({ inCondition }) => inCondition);
  const before = comparableTree(code.tree);
  return code.tokens.flatMap((token): SqlEdit[] => {
    const change = token.kind === 'word' ? changeOf(token, code) : null;
    if (!change) return [];
    const tree = treeOfEdited(code, change.from, change.to, change.by);
    if (tree === null || comparableTree(tree) === before) return [];
    return [{ ...change, condition: conditions }];
  });
}

function changeOf(token: CodeToken, { text }: ParsedCode): Omit<SqlEdit, 'condition'> | null {
  const { start: from, end: to } = token;
  if (token.text === 'and') return { operator: 'and-to-or', from, to, by: 'or', what: 'AND to OR' };
  if (token.text === 'or') return { operator: 'or-to-and', from, to, by: 'and', what: 'OR to AND' };
  if (token.text !== 'not') return null;
  const blanks = text.slice(to).length - text.slice(to).trimStart().length;
  return { operator: 'not-removed', from, to: to + blanks, by: '', what: 'without NOT' };
}
