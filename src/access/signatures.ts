import type { DatabaseFunction } from '../catalog/functions.ts';

/** The function that a key of the spec names; `mistake` says why there is none. */
export interface Named<T> {
  readonly key: string;
  readonly value: T;
  readonly function?: DatabaseFunction;
  readonly mistake?: string;
}

/**
 * Finds the function that each key names: `schema.name(type, type)`, or `schema.name` where only one has that name.
 */
export function byFunction<T>(lines: Readonly<Record<string, T>>, functions: readonly DatabaseFunction[]): Named<T>[] {
  const found = new Map<string, string>();
  return Object.entries(lines).map(([key, value]) => {
    const matches = functions.filter((candidate) => names(key, candidate));
    const [match] = matches;
    if (!match) return { key, value, mistake: 'there is no such function' };
    if (matches.length > 1)
      return {
        key,
        value,
        mistake: `it names ${matches.length}: ${matches.map(({ signature }) => signature).join(', ')}`,
      };
    const earlier = found.get(match.signature);
    if (earlier) return { key, value, mistake: `${JSON.stringify(earlier)} names the same function` };
    found.set(match.signature, key);
    return { key, value, function: match };
  });
}

function names(key: string, { schema, name, signature }: DatabaseFunction): boolean {
  return key.includes('(') ? tight(key) === tight(signature) : key === `${schema}.${name}`;
}

const tight = (text: string): string => text.replaceAll(/\s*([(),])\s*/g, '$1');
