import type { Parameter, ParameterType } from './parameters.ts';
import { isUuid, quoted } from './type-values.ts';

/** A text that ends whatever a function puts it into as SQL: a string, a name, and a string between dollars. */
export const QUOTES = `non'sense"$$`;

/** A key of an object, among the string constants of a body. */
export const IS_KEY = /^[a-z_]\w*$/i;

/**
 * The value of a parameter with quotes in it, so that a function which makes SQL of it meets an error of syntax.
 * @param own the caller's own value, by which a document is known
 * @param texts the string constants of the function's body
 * @returns undefined for a type that holds no text
 */
export function withQuotes(
  { type, category, over }: Parameter,
  own: string | null,
  texts: readonly string[],
  typeOf: (name: string) => ParameterType | undefined,
): string | undefined {
  if (category === 'S') return QUOTES;
  if (category === 'A') return over !== null && typeOf(over)?.category === 'S' ? `{${quoted(QUOTES)}}` : undefined;
  if (type !== 'json' && type !== 'jsonb') return undefined;
  const before = objectIn(own);
  const keys = [...new Set([...Object.keys(before), ...texts.filter((text) => IS_KEY.test(text))])];
  return JSON.stringify(
    Object.fromEntries(keys.map((key) => [key, key in before && !isText(before[key]) ? before[key] : QUOTES])),
  );
}

/** Whether a value of a document may be any text: one that is read as an id or a number would end the call before. */
const isText = (value: unknown): boolean => typeof value === 'string' && !isUuid(value) && Number.isNaN(Number(value));

function objectIn(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
