import type { DatabaseFunction } from '../catalog/functions.ts';
import { tokensIn } from '../sql/tokens.ts';

/** The words and the string constants of a function's body. */
export interface Spoken {
  readonly words: ReadonlySet<string>;
  readonly texts: readonly string[];
}

/**
 * Reads the words of every function's body. One that names no table, since it hands over to others, speaks with the words
 * of those that it names. They are hints for which rows and values a call is worth trying, and decide nothing.
 * @param tables the names of tables
 */
export function spokenBy(
  functions: readonly DatabaseFunction[],
  tables: ReadonlySet<string>,
): (called: DatabaseFunction) => Spoken {
  const own = new Map(functions.map((one) => [one, tokensOf(one)]));
  const byName = Map.groupBy(functions, ({ name }) => name);
  return (called) => {
    const words = new Set<string>();
    const texts = new Set<string>();
    let circle = [called];
    const visited = new Set(circle);
    while (circle.length > 0 && ![...words].some((word) => tables.has(word))) {
      const named: DatabaseFunction[] = [];
      for (const one of circle) {
        const spoken = own.get(one) ?? tokensOf(one);
        for (const text of spoken.texts) texts.add(text);
        for (const word of spoken.words) {
          words.add(word);
          named.push(...(byName.get(word) ?? []));
        }
      }
      circle = named.filter((one) => !visited.has(one));
      for (const one of circle) visited.add(one);
    }
    return { words, texts: [...texts] };
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
