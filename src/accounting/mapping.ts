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

/** Where rows are set aside: a relation with source_table, source_id, reason and row_data (jsonb). */
export interface Quarantine {
  readonly relation: string;
  /** A condition over its rows: which are set aside still, where those that were put back keep their line. */
  readonly waiting?: string;
}

/** The rows that are set aside, for a FROM clause. */
export function setAsideIn({ relation, waiting }: Quarantine): string {
  return waiting ? `(select * from ${relation} where ${waiting})` : relation;
}

/** Rows of a target table that the migrations make themselves, of what else was there: a condition over `t`. */
export interface MadeRows {
  readonly rule: string;
  readonly sql: string;
}

/** Which values are where, and which rows are to be expected beside them. */
export interface Accounting {
  readonly mapping: LegacyMapping;
  readonly quarantine: Quarantine;
  /** By legacy table; a table that is not named gets no row of the migrations' own. Without it nobody looks. */
  readonly made?: Readonly<Record<string, readonly MadeRows[]>>;
  /** For a rule that rounds: how far the value that is there, `now`, is from the one that came in, `was`. SQL. */
  readonly errors?: Readonly<Record<string, string>>;
}
