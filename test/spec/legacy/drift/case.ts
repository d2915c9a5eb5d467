/** A way in which somebody changed a legacy database by hand, what must stay of it, and what must have become of it. */
export interface Drift {
  /** Runs on the legacy database of base.ts. */
  readonly sql: string;
  /** Objects outside schema legacy that are there because of it, by their line in src/catalog/structure.ts. */
  readonly keeps?: RegExp;
  /** Columns of old tables about which the mapping says nothing. */
  readonly columns?: readonly string[];
  /** Queries of one column, each with the values that it gives after the migration. */
  readonly shows?: readonly Shown[];
}

/** A query, and what it gives. `$name` stands for the id of that name. */
export type Shown = readonly [query: string, ...values: readonly unknown[]];

export type Drifts = Readonly<Record<string, Drift>>;

/** An id of a row that a drift adds or changes, by a name. */
export const id = (name: string): string => `md5('${name}')::uuid`;

/** Why the rows were set aside that are called so, in the order of the names. */
export const reasons = (table: string, ...names: string[]): string =>
  `select q.reason from unnest(array['${names.join("','")}']) with ordinality n (name, place)
   left join private.quarantined_rows q on q.source_table = 'legacy.${table}' and q.source_id = md5(n.name)::uuid
   order by n.place`;

/** What a migration noted about the things whose name holds this. */
export const notes = (subject: string): string =>
  `select note from private.migration_notes where subject like '%${subject}%' order by subject`;
