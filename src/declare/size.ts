import type { SchemaCatalog } from '../catalog/catalog.ts';
import type { Relation } from '../catalog/relations.ts';
import type { Size, Sizes } from '../plans/settings.ts';

/** The rows of a table of whose parents nothing is declared. */
const UNKNOWN = 1_000;

/** A first guess, for a person to correct: as many rows as the largest table that it refers to. */
export function suggestSize({ constraints }: SchemaCatalog, { id }: Relation, sizes: Sizes): Size {
  const parents = constraints.flatMap((each) =>
    each.kind === 'foreign key' && each.table === id && each.referenced !== id
      ? [sizes[each.referenced]?.rows ?? 0]
      : [],
  );
  return { rows: Math.max(...parents, 0) || UNKNOWN };
}
