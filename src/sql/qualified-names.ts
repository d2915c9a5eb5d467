import { unquoteIdentifier } from './quote.ts';
import { type Token, tokensIn } from './tokens.ts';

/** A token and where it begins, in characters. */
export type PlacedToken = Token & { readonly start: number };

/** The tokens of a text but for blanks and comments; null when some of it can't be read. */
export function solidTokens(text: string): PlacedToken[] | null {
  const tokens = [...tokensIn(text)];
  const end = tokens.at(-1)?.end ?? 0;
  return end === text.length ? tokens.filter(({ kind }) => kind !== 'blank') : null;
}

/** `schema.name` where it begins at a token; in OPERATOR(), the name is that of an operator. */
export function qualifiedAt(text: string, tokens: readonly PlacedToken[], at: number) {
  const [operator, open, first, dot, object] = [-2, -1, 0, 1, 2].map((place) => tokens[at + place]);
  const said = (token: PlacedToken | undefined) => token && text.slice(token.start, token.end).toLowerCase();
  if (!first || !object || said(dot) !== '.') return null;
  const named = isName(object) || (said(operator) === 'operator' && said(open) === '(');
  return named ? { schema: nameAt(text, first), name: nameAt(text, object), object } : null;
}

/** Whether a token comes after the dot of another name. In `1..2` no dot is one's. */
export function isField(text: string, tokens: readonly PlacedToken[], at: number): boolean {
  const [one, two] = [tokens[at - 2], tokens[at - 1]];
  const dot = (token: PlacedToken | undefined) => token !== undefined && text[token.start] === '.';
  return dot(two) && !(dot(one) && one?.end === two?.start);
}

export const isName = ({ kind }: PlacedToken): boolean => kind === 'word' || kind === 'name';

/** A name as the catalogs have it. */
export function nameAt(text: string, { kind, start, end }: PlacedToken): string {
  const written = text.slice(start, end);
  return kind === 'name' ? unquoteIdentifier(written) : written.toLowerCase();
}
