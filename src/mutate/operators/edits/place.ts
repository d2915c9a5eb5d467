import { comparableTree, type ParsedCode, treeOfEdited } from './code.ts';

/** Where a node of the tree stands in the text, in bytes. */
export interface NodePlace {
  readonly from: number;
  readonly to: number;
}

const TRUE = { A_Const: { boolval: { boolval: true } } };
/** How many tokens before its first place a node may begin: parentheses, NOT, a sign. */
const LEFT = 8;
/** Words and symbols before which an expression can end. */
const ENDS = new Set(
  `) ] , ; and or then else end when where group order having limit offset fetch for union except intersect window returning
   on join left right inner full cross natural from as into loop do desc asc using set execute over filter`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/**
 * Finds an expression of the tree in the text. The parser says where nodes begin, and not where they end: the place is
 * found by trial, and is right because `true` in its stead gives the same tree with `true` in the stead of the node.
 * @param node the object in the tree whose one key is its type
 * @returns null when no place gives that tree
 */
export function placeOf(code: ParsedCode, node: unknown): NodePlace | null {
  const first = firstPlaceIn(node) - code.prefix.length;
  const { tokens } = code;
  const at = tokens.findLastIndex(({ start }) => start <= first);
  if (at < 0) return null;
  const expected = comparableTree(code.tree, node, TRUE);
  for (let index = at; index >= Math.max(0, at - LEFT); index--) {
    const from = tokens[index]?.start ?? 0;
    for (const to of endsAfter(code, index)) {
      const tree = treeOfEdited(code, from, to, 'true');
      if (tree !== null && comparableTree(tree) === expected) return { from, to };
    }
  }
  return null;
}

/** Where an expression that begins with a token may end, nearest first: as long as its parentheses are its own. */
function endsAfter({ tokens, text }: ParsedCode, index: number): number[] {
  const ends: number[] = [];
  let depth = 0;
  for (let at = index; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token) break;
    const closes = token.text === ')' || token.text === ']' || (token.kind === 'word' && token.text === 'end');
    if (depth === 0 && at > index && token.kind !== 'string' && token.kind !== 'name' && ENDS.has(token.text))
      ends.push(tokens[at - 1]?.end ?? token.start);
    if (closes) depth--;
    if (depth < 0) return ends;
    if (token.text === '(' || token.text === '[' || (token.kind === 'word' && token.text === 'case')) depth++;
  }
  return [...ends, tokens.at(-1)?.end ?? text.length];
}

/** The first byte that any node below is said to be at. */
function firstPlaceIn(tree: unknown): number {
  if (typeof tree !== 'object' || tree === null) return Number.POSITIVE_INFINITY;
  const below = Object.values(tree).map(firstPlaceIn);
  const { location } = tree as { location?: number };
  return Math.min(typeof location === 'number' && location >= 0 ? location : Number.POSITIVE_INFINITY, ...below);
}
