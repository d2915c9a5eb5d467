/** A piece of SQL: a word or quoted name, or a symbol. Strings and numbers count as symbols. */
interface Token {
  kind: 'word' | 'name' | 'symbol';
  text: string;
}

const BLANK = /(?:\s+|--[^\n]*)/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NAME = /"(?:[^"]|"")*"/y;
const STRING = /(?:[eEbBxXnN]|[uU]&)?'(?:[^'\\]|''|\\[\s\S])*'/y;
const DOLLAR = /\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y;

/** Enough for every statement that the engine looks at; a longer one is never one of them. */
const MOST_TOKENS = 60;

/** The tokens of a text that is one short statement; null when it is several, long, or unreadable. */
export function oneStatement(text: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  let ended = false;
  while (at < text.length) {
    const blank = blankAt(text, at);
    if (blank > at) {
      at = blank;
      continue;
    }
    if (text[at] === ';') {
      ended = true;
      at++;
      continue;
    }
    if (ended || tokens.length >= MOST_TOKENS) return null;
    const [token, next] = tokenAt(text, at);
    tokens.push(token);
    at = next;
  }
  return tokens;
}

function tokenAt(text: string, at: number): [Token, number] {
  const string = match(STRING, text, at) ?? match(DOLLAR, text, at);
  if (string) return [{ kind: 'symbol', text: string }, at + string.length];
  const name = match(NAME, text, at);
  if (name) return [{ kind: 'name', text: name.slice(1, -1).replaceAll('""', '"') }, at + name.length];
  const word = match(WORD, text, at);
  if (word) return [{ kind: 'word', text: word.toLowerCase() }, at + word.length];
  return [{ kind: 'symbol', text: text[at] ?? '' }, at + 1];
}

/** Where the blanks and comments at an offset end; block comments nest. */
function blankAt(text: string, start: number): number {
  const blank = match(BLANK, text, start);
  if (blank) return start + blank.length;
  if (!text.startsWith('/*', start)) return start;
  let depth = 1;
  let at = start + 2;
  while (at < text.length && depth > 0) {
    if (text.startsWith('/*', at)) depth++;
    else if (text.startsWith('*/', at)) depth--;
    else {
      at++;
      continue;
    }
    at += 2;
  }
  return at;
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** A statement that concerns databases as a whole, which no backend of the engine can run itself. */
export type DatabaseCommand =
  | { kind: 'create'; name: string; template: string | null; owner: string | null }
  | { kind: 'drop'; name: string; ifExists: boolean; force: boolean }
  | { kind: 'rename'; name: string; to: string }
  | { kind: 'alter'; name: string };

/** The database command that a text is, if it is one. */
export function databaseCommand(text: string): DatabaseCommand | null {
  if (!/\bdatabase\b/i.test(text)) return null;
  const tokens = oneStatement(text);
  if (!tokens) return null;
  const word = (at: number) => (tokens[at]?.kind === 'word' ? tokens[at].text : '');
  const name = (at: number) => (tokens[at] && tokens[at].kind !== 'symbol' ? tokens[at].text : null);
  const after = (option: string) => {
    const at = tokens.findIndex((token, index) => index > 2 && token.kind === 'word' && token.text === option);
    return at < 0 ? null : name(tokens[at + 1]?.text === '=' ? at + 2 : at + 1);
  };
  const two = `${word(0)} ${word(1)}`;
  const named = name(2);
  if (two === 'create database' && named !== null) {
    return { kind: 'create', name: named, template: after('template'), owner: after('owner') };
  }
  if (two === 'drop database') {
    const ifExists = word(2) === 'if' && word(3) === 'exists';
    const dropped = name(ifExists ? 4 : 2);
    if (dropped === null) return null;
    return {
      kind: 'drop',
      name: dropped,
      ifExists,
      force: tokens.some((t) => t.kind === 'word' && t.text === 'force'),
    };
  }
  if (two === 'alter database' && named !== null) {
    const to = word(3) === 'rename' && word(4) === 'to' ? name(5) : null;
    return to === null ? { kind: 'alter', name: named } : { kind: 'rename', name: named, to };
  }
  const on = tokens.findIndex((_, at) => word(at) === 'on' && word(at + 1) === 'database');
  const target = on < 0 ? null : name(on + 2);
  if (target !== null && ['grant', 'revoke', 'comment'].includes(word(0))) return { kind: 'alter', name: target };
  return null;
}

/** A statement that a suspended transaction can be made of. */
export type Replayable = { kind: 'begin' } | { kind: 'lock'; key: string } | { kind: 'read' };

/**
 * Whether a transaction that ran only this can be rolled back and begun again unnoticed: BEGIN, LOCK, and a SELECT
 * that calls no function (a function might change settings or rows). Null for everything else.
 */
export function replayable(text: string): Replayable | null {
  if (text.length > 2000 || !/^\s*(begin|start|lock|select)\b/i.test(text)) return null;
  const tokens = oneStatement(text);
  if (!tokens) return null;
  const words = tokens.map((token) => token.text);
  const all = words.join(' ');
  if (/^(begin|start transaction)( work| transaction)?( isolation level read committed)?( read write)?$/.test(all)) {
    return { kind: 'begin' };
  }
  if (words[0] === 'lock') return { kind: 'lock', key: words.slice(words[1] === 'table' ? 2 : 1).join(' ') };
  const pure = words[0] === 'select' && !words.some((word) => ['(', 'for', 'into', '$'].includes(word));
  return pure ? { kind: 'read' } : null;
}

/** The channels that a text listens to and stops listening to, in order; `*` stands for all. */
export function listenings(text: string): { listen: boolean; channel: string }[] {
  const found: { listen: boolean; channel: string }[] = [];
  for (const match of text.matchAll(/\b(un)?listen\s+(\*|"(?:[^"]|"")*"|[\w$\u0080-\uffff]+)/gi)) {
    const name = match[2] ?? '';
    const channel = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
    found.push({ listen: match[1] === undefined, channel });
  }
  return found;
}

/**
 * The dotted names in a text: any of them may be a custom setting's. Words are cut out first and looked at then: a
 * pattern for the whole name begins anew at each letter of a word, and a value of a megabyte without a dot, as bytes
 * in hexadecimal are, takes it hours.
 */
export function dottedNames(text: string): string[] {
  return [...text.matchAll(/[\w$.]+/g)]
    .filter(([words]) => words.includes('.'))
    .flatMap(([words]) => /^[\d$.]*([a-z_][\w$]*(?:\.[a-z_][\w$]*)+)/i.exec(words)?.[1]?.toLowerCase() ?? []);
}

/** The names before an opening parenthesis, in small letters. A word is tried from its beginning only, for the same reason. */
export function calledNames(text: string): string[] {
  return text.toLowerCase().match(/(?<![\w$])[a-z_][\w$]*(?="?\s*\()/g) ?? [];
}

/** A name as SQL writes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string as SQL writes it, whatever standard_conforming_strings says. */
export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
