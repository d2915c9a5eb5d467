import type { ParameterType } from './parameters.ts';

/** From what values are taken that belong to no row. */
export interface ValueSupply {
  /** The texts by which personas are known. */
  readonly ids: readonly string[];
  /** Constants of the function's body. */
  readonly texts: readonly string[];
  /** Keys of some rows. */
  readonly keys: readonly string[];
  readonly typeOf: (name: string) => ParameterType | undefined;
}

/** Values of a type alone, by what its parameter means: rows that are known, somebody, or nobody knows what. */
export function valuesOf(
  { kind, category, type, over, labels }: ParameterType,
  supply: ValueSupply,
  means: 'rows' | 'somebody' | 'anything',
): readonly string[] {
  const base = over === null ? undefined : supply.typeOf(over);
  if (kind === 'enum') return labels;
  if (kind === 'domain') return base ? valuesOf(base, supply, means) : [];
  if (kind === 'pseudo') return type.endsWith('array') ? ['{nonsense}', '{}'] : ['nonsense'];
  if (type === 'uuid') return [...supply.ids.filter(isUuid), ...(means === 'rows' ? [] : supply.keys), UNKNOWN_ID];
  if (type === 'jsonb' || type === 'json') return ['{}', '[]', '{"a": 1}'];
  if (category === 'S') return [...(means === 'somebody' ? supply.ids : []), ...supply.texts, NONSENSE, ''];
  if (category === 'A') {
    const [element] = base ? valuesOf(base, supply, means) : [];
    return element === undefined ? ['{}'] : ['{}', `{${quoted(element)}}`];
  }
  if (category === 'N') return ['1', '0', '-1', LARGE];
  if (category === 'D' && TIME_OF_DAY.test(type)) return ['00:00', '23:59'];
  return BY_CATEGORY[category] ?? [];
}

const BY_CATEGORY: Readonly<Record<string, readonly string[]>> = {
  B: ['true', 'false'],
  D: ['2999-12-31 23:59:59+00', '1999-12-31 23:59:59+00'],
  T: ['1 hour', '0', '-1 hour'],
};

/** A text that is nothing's. */
export const NONSENSE = 'nonsense';

/** No larger: a call that counts to it is to end before the statement timeout. */
const LARGE = '1000';

const TIME_OF_DAY = /^time( |$)/;

/** An id of nothing. */
const UNKNOWN_ID = '00000000-0000-4000-8000-fffffffffffc';

export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** An element of an array, as its text has it. */
export const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
