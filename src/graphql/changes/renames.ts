import { type Happening, likeness, type Sides, sideOf } from './sides.ts';

/** The path of one element before and after; both the same where it was not renamed. */
interface LikelyRename {
  readonly before: string;
  readonly after: string;
}

/**
 * A guess: something is gone and something new is the same but for its name, and neither could be another one. Fields
 * are of one type and compared by what they give, types by their fields.
 */
export function renamedFrom(sides: Sides, path: string, happening: Happening): LikelyRename {
  const same = { before: path, after: path };
  if (happening === 'changed') return same;
  const wanted = likeness(sideOf(sides, happening), path);
  const [before, ...otherGone] = sides.removed.get(wanted) ?? [];
  const [after, ...otherNew] = sides.added.get(wanted) ?? [];
  return before && after && otherGone.length + otherNew.length === 0 ? { before, after } : same;
}
