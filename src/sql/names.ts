import { unquoteIdentifier } from './quote.ts';
import { tokenAt } from './tokens.ts';

interface NamePiece {
  readonly kind: 'word' | 'name' | 'string' | 'symbol';
  /** A word in lower case, a name without its quotes, or the text as it is. */
  readonly text: string;
}

/** The schema-qualified names in a text that may be SQL or a piece of it. It is only tokenized, not parsed. */
export function namesIn(text: string): {
  readonly relations: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly locks: boolean;
} {
  const [relations, functions] = [new Set<string>(), new Set<string>()];
  const pieces = piecesOf(text);
  for (const [at, piece] of pieces.entries()) {
    const [dot, name, after] = [pieces[at + 1], pieces[at + 2], pieces[at + 3]];
    if (!isName(piece) || dot?.text !== '.' || !isName(name) || pieces[at - 1]?.text === '.') continue;
    if (after?.text === '(') functions.add(`${piece.text}.${name?.text}`);
    else if (after?.text !== '.') relations.add(`${piece.text}.${name?.text}`);
  }
  return { relations, functions, locks: pieces.some((_, at) => locksAt(pieces, at)) };
}

const isName = (piece: NamePiece | undefined): boolean => piece?.kind === 'word' || piece?.kind === 'name';

const LOCKS = [['update'], ['no', 'key', 'update'], ['share'], ['key', 'share']];

/** Whether a locking clause begins there: `for update`, `for no key update`, `for share`, `for key share`. */
function locksAt(pieces: readonly NamePiece[], at: number): boolean {
  const isWord = (index: number, text: string): boolean =>
    pieces[index]?.kind === 'word' && pieces[index].text === text;
  return isWord(at, 'for') && LOCKS.some((words) => words.every((word, index) => isWord(at + 1 + index, word)));
}

/** The pieces of a text, those within its strings too: these may be SQL themselves. */
function piecesOf(text: string): NamePiece[] {
  const pieces: NamePiece[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    // A string or comment that does not end: the rest is taken for what is in it.
    const end = token?.end ?? text.length;
    const written = text.slice(at, end);
    if (token === null) pieces.push(...piecesOf(text.slice(at + 1)));
    else if (token.kind === 'word') pieces.push({ kind: 'word', text: written.toLowerCase() });
    else if (token.kind === 'name') pieces.push({ kind: 'name', text: unquoteIdentifier(written) });
    else if (token.kind === 'string') pieces.push(...withinString(written));
    else if (token.kind === 'symbol') pieces.push({ kind: 'symbol', text: written });
    at = end;
  }
  return pieces;
}

/** A string counts as a piece of its own, so that what is before and behind it does not become one name. */
function withinString(written: string): NamePiece[] {
  const dollar = /^\$[^$]*\$/.exec(written)?.[0];
  const content = dollar
    ? written.slice(dollar.length, -dollar.length)
    : written.slice(written.indexOf("'") + 1, -1).replaceAll("''", "'");
  return [{ kind: 'string', text: '' }, ...piecesOf(content), { kind: 'string', text: '' }];
}

/** Every word and name in a text of SQL, those within its strings too: words in lower case, names without their quotes. */
export function wordsIn(text: string): ReadonlySet<string> {
  return new Set(piecesOf(text).flatMap((piece) => (isName(piece) ? [piece.text] : [])));
}
