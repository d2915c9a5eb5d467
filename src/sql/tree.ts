/** Every node of one type in a parse tree of libpg-query, outermost first: the value under the type's name. */
export function* nodesOfType(tree: unknown, type: string): Iterable<Readonly<Record<string, unknown>>> {
  if (typeof tree !== 'object' || tree === null) return;
  for (const [key, value] of Object.entries(tree)) {
    if (key === type && typeof value === 'object' && value !== null) yield value as Record<string, unknown>;
    yield* nodesOfType(value, type);
  }
}

/** The text of a String node; undefined of any other node, such as the star of `t.*`. */
export function stringOf(node: unknown): string | undefined {
  const value = (node as { String?: { sval?: string } } | undefined)?.String;
  return value && (value.sval ?? '');
}
