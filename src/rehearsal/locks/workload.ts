/** One statement that the app runs against the database as it is before the migrations. */
export interface AppStatement {
  /** What the app does with it. */
  readonly name: string;
  /** As whom: a role, and settings that every request carries. */
  readonly role: string;
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * A query, run by whoever rehearses, on the copy and before the migrations: one row for each call, in turn. A column
   * whose name has a dot is a setting of the request, such as "request.jwt.claims"; the others are $1, $2, … of `sql`.
   */
  readonly given: string;
  readonly sql: string;
}

/** What the app does all the time: each statement is run by a session of its own, over and over, beside the migrations. */
export interface Workload {
  readonly reads: readonly AppStatement[];
  readonly writes: readonly AppStatement[];
}
