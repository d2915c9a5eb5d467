/** Which changes of a table are noted, and as what: the unit, and the column that says which one. */
export interface Noted {
  readonly unit: string;
  readonly column: string;
  /** Only when the column itself changes: for a key that rows elsewhere use. */
  readonly keyOnly?: true;
}

/** A table whose rows the migrations read. */
export interface ReadTable {
  /** Which of its rows belong to the units in hand: a condition over `o`. */
  readonly part: string;
  readonly noted: readonly Noted[];
}

/** A legacy table that is moved. */
export interface MovedTable extends ReadTable {
  /** The same of those that were set aside: a condition over `q`, a row of the quarantine, and its `q.row_data`. */
  readonly aside: string;
  /** Only some databases have it. */
  readonly optional?: true;
}

/** What can be carried by itself, whatever the rest of the database holds: a video with its chunks, a user with their chats. */
export interface Unit {
  /** Keys beyond $1 in order, $2 of them at most, as (key): how all of it is gone through. Without, changes only. */
  readonly keys?: string;
  /** The units that units of this kind, the keys $1 (text[]), reach, as (unit, key). */
  readonly reaches?: string;
}

/** A table that the carrying fills. */
export interface Target {
  /** schema.table, as it is called after the switch. */
  readonly table: string;
  /** Which of its rows come from the units in hand: a condition over `t`. */
  readonly scope: string;
  /** What tells apart its rows that have no legacy row, whose ids are made: the same row keeps its id. */
  readonly natural?: readonly string[];
  /** Columns that `settle` fills. */
  readonly kept?: readonly string[];
}

/** How a database is moved while it is used: what the rules of the migrations depend on, and no rule itself. */
export interface OnlinePlan {
  /** Every schema that the migrations make or fill. The first is where the legacy tables are. */
  readonly schemas: readonly [string, ...string[]];
  /** Where the migrations move the extensions that old and new tables use. */
  readonly extensions: { readonly schema: string; readonly names: readonly string[] };
  /** Where the migrations move the legacy tables. */
  readonly legacy: string;
  /** The end of the statement, in a migration, that moves them: what is prepared comes into place after it. */
  readonly moved: string;
  /** Where the migrations note what was moved: a table with table_name, moved_at, rows_in, rows_carried, rows_quarantined. */
  readonly moves: string;
  readonly quarantine: string;
  readonly tables: Readonly<Record<string, MovedTable>>;
  /** Tables of others that the carrying reads, by schema.table. */
  readonly read: Readonly<Record<string, ReadTable>>;
  readonly units: Readonly<Record<string, Unit>>;
  /** Parents first. */
  readonly targets: readonly Target[];
  /** What is counted over all rows, once, before the switch. Names are those after the switch. */
  readonly settle: readonly string[];
  /**
   * Indexes whose parameters hang on the rows that are there, by their name after the switch: a query of one text, such as
   * `lists = 250`. The migrations make them on nothing here.
   */
  readonly fitted?: Readonly<Record<string, string>>;
}

/** For conditions: whether `column`, a text, is among the keys of a unit in hand. Evaluated once a statement, and fit for an index. */
export function inHand(column: string, unit: string): string {
  return `${column} = any ((select prepared.keys('${unit}'))::text[])`;
}

/** The same for a column of uuids. */
export function uuidInHand(column: string, unit: string): string {
  return `${column} = any ((select prepared.uuids('${unit}'))::uuid[])`;
}
