import { parseSync } from 'libpg-query';
import { type Token, tokensIn } from '../../../sql/tokens.ts';

/**
 * A text of SQL with its parse tree. libpg-query counts bytes of UTF-8, so that a text is kept here as its bytes, each as
 * a character (latin1): offsets are then the parser's own.
 */
export interface ParsedCode {
  readonly text: string;
  /** The words that make a statement of the text when they stand before it, as in `select where `; empty for statements. */
  readonly prefix: string;
  readonly tree: unknown;
  /** The tokens of the text without blanks and comments. */
  readonly tokens: readonly CodeToken[];
}

export interface CodeToken extends Token {
  readonly start: number;
  /** As it is written; a word in lower case. */
  readonly text: string;
}

export const toBytes = (text: string): string => Buffer.from(text).toString('latin1');
export const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();

/** Before a condition: what follows is a WHERE clause then, and the same rules hold for it. */
export const CONDITION = 'select where ';
/** Before an expression of any type. */
export const VALUE = 'select ';
/** Before statements. */
export const STATEMENT = '';

/**
 * Parses a text of SQL, given as bytes.
 * @throws SqlError of libpg-query when it is not SQL
 */
export function parsedCode(text: string, prefix: string): ParsedCode {
  return { text, prefix, tree: parseSync(fromBytes(prefix + text)), tokens: placedTokens(text) };
}

/** The tokens of a text without blanks and comments. */
export function placedTokens(text: string): CodeToken[] {
  return [...tokensIn(text)]
    .filter(({ kind }) => kind !== 'blank')
    .map((token) => {
      const written = text.slice(token.start, token.end);
      return { ...token, text: token.kind === 'word' ? written.toLowerCase() : written };
    });
}

/** The tree of the text with one piece replaced; null when that is not SQL. */
export function treeOfEdited({ text, prefix }: ParsedCode, from: number, to: number, by: string): unknown {
  try {
    return parseSync(fromBytes(prefix + text.slice(0, from) + by + text.slice(to)));
  } catch {
    return null;
  }
}

const PLACES = new Set([
  'location',
  'stmt_location',
  'stmt_len',
  'rexpr_list_start',
  'rexpr_list_end',
  'list_start',
  'list_end',
]);

/** A tree as text, equal when the trees are but for the places of their nodes; with one node replaced by another. */
export function comparableTree(tree: unknown, node?: unknown, by?: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) =>
    PLACES.has(key) ? undefined : node !== undefined && value === node ? by : value,
  );
}
