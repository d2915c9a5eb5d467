import { type Token, tokenAt } from './tokens.ts';

/** A condition as a tree of AND, OR and NOT; `text` is SQL that can replace the condition in a query. */
export type BooleanTree =
  | { readonly kind: 'and' | 'or'; readonly text: string; readonly arms: readonly BooleanTree[] }
  | { readonly kind: 'not'; readonly text: string; readonly arms: readonly [BooleanTree] }
  | { readonly kind: 'leaf'; readonly text: string };

interface Word {
  readonly text: string;
  readonly kind: Token['kind'];
  readonly start: number;
  readonly end: number;
  /** How many parentheses and CASEs are open around it. */
  readonly depth: number;
}

/**
 * Takes a condition apart, as pg_get_expr writes it: with BETWEEN and IN resolved, and AND, OR and NOT in upper case.
 * A subquery, a CASE or a function call with its arguments is one leaf.
 */
export function booleanTree(condition: string): BooleanTree {
  const text = withoutParentheses(condition.trim());
  const words = wordsOf(text);
  for (const kind of ['or', 'and'] as const) {
    const arms = splitAt(text, words, kind);
    if (arms.length > 1) return { kind, text: `(${text})`, arms: arms.map(booleanTree) };
  }
  const [first] = words;
  if (first?.kind === 'word' && first.text === 'not')
    return { kind: 'not', text: `(${text})`, arms: [booleanTree(text.slice(first.end))] };
  return { kind: 'leaf', text: `(${text})` };
}

/** Every node of a tree, each before those below it. */
export function nodesOf(tree: BooleanTree): BooleanTree[] {
  return tree.kind === 'leaf' ? [tree] : [tree, ...tree.arms.flatMap(nodesOf)];
}

/**
 * For each OR within a subquery of a condition, the condition with one of its alternatives in the place of the OR: what
 * stays false for every row says that nobody has seen what that alternative opens. pg_get_expr puts each OR in parentheses.
 */
export function alternativesIn(condition: string): string[] {
  const words = wordsOf(condition);
  return words.flatMap((open, index) => {
    const close = words.slice(index + 1).find(({ text, depth }) => text === ')' && depth === open.depth);
    const isWithin = words.slice(0, index).some(({ kind, text }) => kind === 'word' && text === 'select');
    if (open.text !== '(' || !close || !isWithin) return [];
    const tree = booleanTree(condition.slice(open.start, close.end));
    if (tree.kind !== 'or') return [];
    return tree.arms.map(({ text }) => condition.slice(0, open.start) + text + condition.slice(close.end));
  });
}

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (!token) break;
    const written = text.slice(at, token.end);
    const word = token.kind === 'word' ? written.toLowerCase() : written;
    if (word === ')' || word === ']' || (token.kind === 'word' && word === 'end')) depth--;
    if (token.kind !== 'blank') words.push({ text: word, kind: token.kind, start: at, end: token.end, depth });
    if (word === '(' || word === '[' || (token.kind === 'word' && word === 'case')) depth++;
    at = token.end;
  }
  return words;
}

function splitAt(text: string, words: readonly Word[], operator: 'and' | 'or'): string[] {
  const cuts = words.filter(({ kind, depth, text: word }) => kind === 'word' && depth === 0 && word === operator);
  const starts = [0, ...cuts.map(({ end }) => end)];
  const ends = [...cuts.map(({ start }) => start), text.length];
  return starts.map((start, index) => text.slice(start, ends[index]));
}

/** Without the parentheses around all of it; those of a subquery or of a row stay. */
function withoutParentheses(text: string): string {
  const words = wordsOf(text);
  const [first, second] = words;
  const last = words.at(-1);
  if (first?.text !== '(' || last?.text !== ')' || last.end !== text.length) return text;
  const closes = words.findIndex(({ text: word, depth }, index) => index > 0 && word === ')' && depth === 0);
  if (closes !== words.length - 1) return text;
  if (second?.kind === 'word' && ['select', 'with', 'values'].includes(second.text)) return text;
  if (words.some(({ text: word, depth }) => word === ',' && depth === 1)) return text;
  return withoutParentheses(text.slice(first.end, last.start).trim());
}
