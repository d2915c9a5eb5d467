import type { Derivation } from '../derived/derive.ts';
import { memberLines } from './lines.ts';

/** Where a type that is not listed has more than its rule says, or less: a line, or none. */
export function exceptionOf(derivation: Derivation, type: string): string[] {
  const more = memberLines(derivation, type).map(({ text }) => text);
  const all = [...lacking(derivation, type), ...(more.length > 0 ? [`with ${more.join(', ')}`] : [])];
  return all.length > 0 ? [`${type}: ${all.join('; ')}`] : [];
}

/** The members that a type lacks and a rule predicts. */
export function lacking(derivation: Derivation, type: string): string[] {
  const lacks = derivation.lacks(type);
  return lacks.length > 0 ? [`without ${lacks.join(', ')}`] : [];
}
