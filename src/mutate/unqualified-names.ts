import { unquoteIdentifier } from '../sql/quote.ts';
import { tokensIn } from '../sql/tokens.ts';

/** The names in a text of SQL that no schema stands before; words of the language are among them, and harm nothing. */
export function unqualifiedNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  let before = '';
  for (const { kind, start, end } of tokensIn(text)) {
    if (kind === 'blank') continue;
    const written = text.slice(start, end);
    if (before !== '.' && kind === 'word') names.add(written.toLowerCase());
    if (before !== '.' && kind === 'name') names.add(unquoteIdentifier(written));
    before = written;
  }
  return names;
}
