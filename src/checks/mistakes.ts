import { CHECKS } from './all.ts';
import type { Ruled } from './settings.ts';

/** Exemptions from checks that do not exist, each with its path. */
export function* checksMistakes({ exempt }: Ruled): Iterable<string> {
  const known = new Set(CHECKS.map(({ id }) => id));
  for (const [index, { check }] of exempt.entries())
    if (!known.has(check)) yield `ruled.exempt.${index}.check: there is no check ${check} (docs/checks lists them)`;
}
