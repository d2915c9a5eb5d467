/** How the values of a column are spread at production size. What is left out, the planner guesses as it does anywhere. */
export interface Spread {
  /** How many different values there are. A foreign key's column has its parent's number when nothing is said. */
  readonly distinct?: number;
  /** The share of nulls, from 0 to 1. */
  readonly nulls?: number;
  /** Share of the rows that have the most common values: by value, or as a list for whichever are the most common here. */
  readonly common?: Readonly<Record<string, number>> | readonly number[];
  /** Values that lie evenly between two numbers, or between two days counted from now. */
  readonly range?: { readonly numbers: readonly [number, number] } | { readonly days: readonly [number, number] };
  /** How far the order of the values is the order of the rows in the table, from -1 to 1. */
  readonly correlation?: number;
}

/** How large a table is in production. */
export interface Size {
  readonly rows: number;
  /** A table that does not grow: reading all of it is no defect. */
  readonly fixed?: true;
  readonly columns?: Readonly<Record<string, Spread>>;
}

/** `schema.table` → its size. */
export type Sizes = Readonly<Record<string, Size>>;

/** What the configuration says of queries and their plans. */
export interface QuerySettings {
  /** The folder of the query files. */
  readonly folder: string;
  readonly sizes: Sizes;
  /**
   * The version of PostgreSQL whose plans are kept as a snapshot, and by which indexes, exemptions and allowances must be
   * needed. Others plan some queries differently; what queries expect must hold on all.
   */
  readonly planner: number;
  /** The schemas whose indexes must each be needed, and whose foreign keys must find their rows. */
  readonly schemas: readonly string[];
  /** Indexes and foreign keys that are not held to that, with the reason. */
  readonly exempt: readonly { readonly object: string; readonly reason: string }[];
  /** The settings of a request of the user whom a set of parameters names as its `caller`. */
  caller?(id: string): Readonly<Record<string, string>>;
}

/** The sets of parameters that a query is run with: an ordinary one, and the largest that there is. */
export const SETS = ['typical', 'heavy'] as const;
export type SetName = (typeof SETS)[number];

/** How the server plans: once for any parameters, or anew for these. */
export const MODES = ['generic', 'custom'] as const;
export type Mode = (typeof MODES)[number];

/** Something that a query may do although it should not, with the reason. */
export interface Allowance {
  readonly kind: 'scan' | 'per row';
  /** A table; or a function, as `schema.name()`, or `a subquery`. */
  readonly object: string;
  readonly reason: string;
}

/** What a query file says. */
export interface Query {
  readonly name: string;
  /** Its path, for reports. */
  readonly file: string;
  readonly title: string;
  readonly persona: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** For each set, the query that draws its parameters from the data. Without parameters there may be none. */
  readonly sets: Readonly<Partial<Record<SetName, string>>>;
  /** Indexes that every plan of it must use. */
  readonly indexes: readonly string[];
  /** Whether an index gives the order, so that nothing may be sorted. */
  readonly ordered: boolean;
  /** What it may do although it should not, and why: a table that it may read whole, a function that may run a row. */
  readonly allowed: readonly Allowance[];
  /** A table of which it reads a part that grows as the table does, and why it has to. */
  readonly growth: { readonly object: string; readonly reason: string } | undefined;
  /** The most pages that it may touch at the declared size. */
  readonly pages: number;
  readonly sql: string;
  /** The same without row security, its conditions written out, for who bypasses it. */
  readonly bypass: string | undefined;
}

/** A node of a plan, as EXPLAIN (FORMAT JSON) gives it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly Plans?: readonly PlanNode[];
  readonly [key: string]: unknown;
}

/** A statement that a function or a trigger ran inside of another, and its plan. */
export interface Nested {
  readonly text: string;
  readonly plan: PlanNode;
}

/** The plans of one execution. */
export interface Executed {
  readonly plan: PlanNode;
  readonly nested: readonly Nested[];
}
