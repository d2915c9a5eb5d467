import { tokenAt } from '../../sql/tokens.ts';

/**
 * Where the statement that begins at `start` ends (behind its semicolon), by psql's own rules: not within parentheses,
 * nor between BEGIN and END of a function whose body is SQL. Null when the text ends before it does.
 */
export function endOfStatement(text: string, start: number): number | null {
  const words: string[] = [];
  let parentheses = 0;
  let blocks = 0;
  for (let at = start; at < text.length; ) {
    const token = tokenAt(text, at);
    // What reaches the end of the text may go on in what follows.
    if (!token || token.end === text.length) {
      if (token?.kind === 'symbol' && text[at] === ';' && parentheses === 0 && blocks === 0) return token.end;
      return null;
    }
    if (token.kind === 'word') {
      const word = text.slice(at, token.end).toLowerCase();
      if (words.length < 4) words.push(word);
      if (parentheses === 0 && makesRoutine(words)) blocks = Math.max(0, blocks + step(word, blocks));
    } else if (token.kind === 'symbol') {
      const symbol = text[at];
      if (symbol === '(') parentheses++;
      if (symbol === ')') parentheses--;
      if (symbol === ';' && parentheses <= 0 && blocks === 0) return token.end;
    }
    at = token.end;
  }
  return null;
}

function makesRoutine([first, ...rest]: readonly string[]): boolean {
  const made = rest[0] === 'or' && rest[1] === 'replace' ? rest[2] : rest[0];
  return first === 'create' && (made === 'function' || made === 'procedure');
}

function step(word: string, blocks: number): number {
  if (word === 'begin') return 1;
  if (word === 'case') return blocks > 0 ? 1 : 0;
  return word === 'end' ? -1 : 0;
}
