import type { DatabaseFunction } from '../catalog/functions.ts';
import { tokensIn } from '../sql/tokens.ts';

/** The words and the string constants of a function's body, and of those that it calls. */
export interface Spoken {
  readonly words: ReadonlySet<string>;
  readonly texts: readonly string[];
}

/**
 * Reads the words of every function's body, with those of the functions that it names: they are hints for which rows and
 * values a call is worth trying, and decide nothing.
 */
export function spokenBy(functions: readonly DatabaseFunction[]): (called: DatabaseFunction) => Spoken {
  const own = new Map(functions.map((one) => [one, tokensOf(one)]));
  const byName = Map.groupBy(functions, ({ name }) => name);
  const known = new Map<DatabaseFunction, Spoken>();
  return (called) => {
    const before = known.get(called);
    if (before) return before;
    const words = new Set<string>();
    const texts = new Set<string>();
    const visited = new Set([called]);
    for (const one of visited) {
      const spoken = own.get(one) ?? tokensOf(one);
      for (const text of spoken.texts) texts.add(text);
      for (const word of spoken.words) {
        words.add(word);
        for (const named of byName.get(word) ?? []) visited.add(named);
      }
    }
    const spoken = { words, texts: [...texts] };
    known.set(called, spoken);
    return spoken;
  };
}

function tokensOf({ source }: DatabaseFunction): Spoken {
  const words = new Set<string>();
  const texts: string[] = [];
  for (const { kind, start, end } of tokensIn(source)) {
    const text = source.slice(start, end);
    if (kind === 'word') words.add(text.toLowerCase());
    if (kind === 'name') words.add(text.slice(1, -1));
    if (kind === 'string' && text.startsWith("'")) texts.push(text.slice(1, -1).replaceAll("''", "'"));
  }
  return { words, texts };
}
