/**
 * How a project's tables would be spread over the nodes of a distributed database. Names are `schema.table`.
 */
export interface Distribution {
  /** Every table of these schemas has its place here. */
  readonly schemas: readonly string[];
  /** Tables that are owned by the same key, and so are on one node for each value of it: table → distribution column. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Tables of which each node has a copy: small, rarely written, and referred to by all. */
  readonly reference: readonly string[];
  /** Tables that stay on the coordinator, each with the reason. */
  readonly local: Readonly<Record<string, string>>;
  /** What can't go along as it is, and what is done instead. The script takes it away, or makes it weaker. */
  readonly settled: readonly Settled[];
}

export interface Settled {
  /** As the check names it: a constraint, trigger function, policy or function. */
  readonly object: string;
  /** What it means, and the way out. */
  readonly instead: string;
}

/** Where a table is placed. */
export type Place =
  | { readonly kind: 'distributed'; readonly group: string; readonly column: string }
  | { readonly kind: 'reference' }
  | { readonly kind: 'local'; readonly reason: string };

/** Table → where it is placed. */
export function placesOf({ groups, reference, local }: Distribution): Map<string, Place> {
  return new Map<string, Place>([
    ...Object.entries(groups).flatMap(([group, tables]) =>
      Object.entries(tables).map(([id, column]): [string, Place] => [id, { kind: 'distributed', group, column }]),
    ),
    ...reference.map((id): [string, Place] => [id, { kind: 'reference' }]),
    ...Object.entries(local).map(([id, reason]): [string, Place] => [id, { kind: 'local', reason }]),
  ]);
}

/** Tables that are placed twice. */
export function placedTwice({ groups, reference, local }: Distribution): string[] {
  const all = [...Object.values(groups).flatMap((tables) => Object.keys(tables)), ...reference, ...Object.keys(local)];
  return [...new Set(all.filter((id, index) => all.indexOf(id) !== index))];
}
