import type { Callable } from '../../functions/parameters.ts';
import { tokensIn } from '../../sql/tokens.ts';

/** So many numbers of a body are taken, and no text is longer. */
const [MOST_NUMBERS, LONGEST] = [8, 1000];

/**
 * Values at the edges of what a body compares with: for a number, each whole number of the body, the one below and the one above;
 * for a text, texts that are so long, one of blanks, and one in capitals; for JSON, objects with each text of the body as a
 * key. They are hints for what is worth trying, and decide nothing.
 */
export function edgesOf({ function: { source }, parameters }: Callable, place: number): readonly string[] {
  const { category = '', type = '' } = parameters[place] ?? {};
  const { numbers, texts } = constantsIn(source);
  if (category === 'N') return [...new Set(numbers.flatMap((one) => [one - 1, one, one + 1]))].map(String);
  if (category === 'S') {
    const long = numbers.filter((one) => one > 1 && one < LONGEST);
    return [' ', 'An Edge', ...long.flatMap((one) => ['k'.repeat(one), 'k'.repeat(one + 1)])];
  }
  if (type !== 'jsonb' && type !== 'json') return [];
  const keys = texts.filter((text) => /^\w+$/.test(text));
  const objects = keys.flatMap((key) => [{ [key]: 'An edge' }, { [key]: 'https://edge.example/' }, { [key]: 1 }]);
  const [all, links] = ['Edge ', 'https://edge.example/'].map((text) =>
    Object.fromEntries(keys.map((key, at) => [key, `${text}${at}`])),
  );
  return [all, links, ...objects, [all], [{}]].map((one) => JSON.stringify(one));
}

function constantsIn(source: string): { readonly numbers: readonly number[]; readonly texts: readonly string[] } {
  const numbers = new Set<number>();
  const texts = new Set<string>();
  for (const { kind, start, end } of tokensIn(source)) {
    const text = source.slice(start, end);
    if (kind === 'word' && /^\d{1,6}$/.test(text)) numbers.add(Number(text));
    if (kind === 'string' && text.startsWith("'")) texts.add(text.slice(1, -1));
  }
  return { numbers: [...numbers].slice(0, MOST_NUMBERS), texts: [...texts] };
}
