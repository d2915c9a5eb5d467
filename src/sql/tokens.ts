import { unquoteIdentifier } from './quote.ts';

/** A piece of SQL: a blank or comment, a word, a quoted name, a string, or a symbol of one character. */
export interface Token {
  readonly kind: 'blank' | 'word' | 'name' | 'string' | 'symbol';
  /** Where it ends. */
  readonly end: number;
}

const BLANK = /\s+|--[^\n]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[0-9](?:\w|\.(?!\.))*/y;
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const PREFIXED = /(?:([eE])|[bBxXnN]|[uU]&)?'/y;
const IN_ESCAPED = /['\\]/g;

/**
 * The token at an offset, as psql reads SQL (standard_conforming_strings is on, as every dump sets it); null when the
 * text ends before the token does. Bytes that were decoded one by one (latin1) are read alike.
 */
export function tokenAt(text: string, at: number): Token | null {
  const blank = match(BLANK, text, at);
  if (blank) return { kind: 'blank', end: at + blank[0].length };
  if (text.startsWith('/*', at)) return ending('blank', endOfComment(text, at));
  if (text[at] === '"') return ending('name', endOfQuoted(text, at + 1, '"'));
  const string = match(PREFIXED, text, at);
  if (string) {
    const from = at + string[0].length;
    return ending('string', string[1] ? endOfEscaped(text, from) : endOfQuoted(text, from, "'"));
  }
  const dollar = match(DOLLAR, text, at)?.[0];
  if (dollar) {
    const close = text.indexOf(dollar, at + dollar.length);
    return ending('string', close < 0 ? -1 : close + dollar.length);
  }
  const word = match(WORD, text, at);
  return word ? { kind: 'word', end: at + word[0].length } : { kind: 'symbol', end: at + 1 };
}

/** Every token of a text with where it begins, up to the end or to one that has none. */
export function* tokensIn(text: string): Iterable<Token & { readonly start: number }> {
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (!token) return;
    yield { ...token, start: at };
    at = token.end;
  }
}

/** The first tokens of a statement, at most `most`: words in lower case, names without quotes (marked), symbols. */
export function heading(text: string, most: number): Heading[] {
  const found: Heading[] = [];
  for (let at = 0; at < text.length && found.length < most; ) {
    const token = tokenAt(text, at);
    if (!token) break;
    const written = text.slice(at, token.end);
    if (token.kind === 'word') found.push({ text: written.toLowerCase(), kind: 'word' });
    else if (token.kind === 'name') found.push({ text: unquoteIdentifier(written), kind: 'name' });
    else if (token.kind !== 'blank') found.push({ text: written, kind: token.kind });
    at = token.end;
  }
  return found;
}

export interface Heading {
  readonly kind: 'word' | 'name' | 'string' | 'symbol';
  readonly text: string;
}

const ending = (kind: Token['kind'], end: number): Token | null => (end < 0 ? null : { kind, end });

function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 2))
    if (text[at + 1] !== quote) return at + 1;
  return -1;
}

function endOfEscaped(text: string, from: number): number {
  IN_ESCAPED.lastIndex = from;
  for (let found = IN_ESCAPED.exec(text); found; found = IN_ESCAPED.exec(text)) {
    const doubled = found[0] === "'" && text[found.index + 1] === "'";
    if (found[0] === "'" && !doubled) return found.index + 1;
    IN_ESCAPED.lastIndex = found.index + 2;
  }
  return -1;
}

/** Block comments nest. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    if (text.startsWith('/*', at)) depth++;
    else if (text.startsWith('*/', at)) depth--;
    else {
      at++;
      continue;
    }
    at += 2;
    if (depth === 0) return at;
  }
  return -1;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
