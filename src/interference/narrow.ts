/**
 * Finds which of the items are enough by themselves for `holds` to be true of them, and where none is, a smallest set of
 * items: none of it can be left out.
 */
export async function enough<T>(
  items: readonly T[],
  holds: (some: readonly T[]) => Promise<boolean>,
): Promise<(readonly T[])[]> {
  const alone: (readonly T[])[] = [];
  for (const item of items) if (await holds([item])) alone.push([item]);
  if (alone.length > 0) return alone;
  const least = await smallest(items, holds);
  return least.length > 0 ? [least] : [];
}

/** A smallest set of the items of which `holds` is true; empty when it is not true of all of them. By halves where that goes. */
export async function smallest<T>(
  items: readonly T[],
  holds: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  if (!(await holds(items))) return [];
  let left = [...items];
  while (left.length > 1) {
    const half = Math.ceil(left.length / 2);
    if (await holds(left.slice(0, half))) left = left.slice(0, half);
    else if (await holds(left.slice(half))) left = left.slice(half);
    else break;
  }
  if (left.length === 1) return left;
  for (const item of [...left]) {
    const without = left.filter((other) => other !== item);
    if (without.length > 0 && (await holds(without))) left = without;
  }
  return left;
}
