/** Where the value of a legacy column is after the migrations. SQL over `o`, the legacy row, and `t`, the target row. */
export interface LegacyColumn {
  /** The value in the new schema, over `t`. */
  readonly target: string;
  /** The value that came in, over `o`; the column itself unless said. */
  readonly original?: string;
  /** A named change, and the value that it makes, over `o`. */
  readonly rule?: { readonly name: string; readonly sql: string };
}

/** Where the rows of a legacy table are after the migrations; rows are the same when their ids are. */
export interface LegacyTable {
  /** Where the originals are kept. */
  readonly source: string;
  readonly target: string;
  readonly columns: Readonly<Record<string, LegacyColumn>>;
}

export type LegacyMapping = Readonly<Record<string, LegacyTable>>;

/** Where rows are set aside: a relation with source_table, source_id and row_data (jsonb). */
export interface Quarantine {
  readonly relation: string;
}
