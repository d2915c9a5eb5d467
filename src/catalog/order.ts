/**
 * The items in the order of their texts: the first text by which two differ decides, by the codes of its letters, as
 * `collate "C"` does. The same on every server and machine, whatever their locales.
 */
export function sortedBy<T>(items: Iterable<T>, texts: (item: T) => readonly string[]): T[] {
  const keyed = [...items].map((item) => ({ item, keys: texts(item) }));
  const compare = (one: readonly string[], other: readonly string[]): number => {
    const at = one.findIndex((text, index) => text !== other[index]);
    return at < 0 ? 0 : (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
  };
  return keyed.sort((one, other) => compare(one.keys, other.keys)).map(({ item }) => item);
}
