/** The sets of parameters that a query is run with: an ordinary one, and the largest that there is. */
export const SETS = ['typical', 'heavy'] as const;
export type SetName = (typeof SETS)[number];

/** How the server plans: once for any parameters (generic), or for these parameters (custom). */
export const MODES = ['generic', 'custom'] as const;
export type PlanMode = (typeof MODES)[number];

/** Something that a query may do although it should not, with the reason. */
export interface Allowance {
  readonly kind: 'scan' | 'per row' | 'approximate';
  /** A table; a function, as `schema.name()`, or `a subquery`; an index, by its name. */
  readonly object: string;
  readonly reason: string;
}

/** A query file, parsed. */
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
  /** Its exceptions, each with the reason: a table that it may read completely, a function that it may call for each row. */
  readonly allowed: readonly Allowance[];
  /** A table of which it reads a part that grows as the table does, and why it has to. */
  readonly growth: { readonly object: string; readonly reason: string } | undefined;
  /** The most pages that it may touch at the declared size. */
  readonly pages: number;
  readonly sql: string;
  /** The same without row security, its conditions written out, for a role that bypasses it. */
  readonly bypass: string | undefined;
}

/** A node of a plan, as EXPLAIN (FORMAT JSON) gives it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly Plans?: readonly PlanNode[];
  readonly [key: string]: unknown;
}

/** A statement that a function or a trigger ran inside of another, and its plan. */
export interface NestedPlan {
  readonly text: string;
  readonly plan: PlanNode;
  /** The functions that were running, the innermost first. */
  readonly callers: readonly CallingFunction[];
}

/** A function that ran a statement. */
export interface CallingFunction {
  /** Undefined where PostgreSQL gives the name alone. */
  readonly schema: string | undefined;
  readonly name: string;
  /** Where in its body: a line in PL/pgSQL, a statement, from 1, in SQL. */
  readonly at: number;
}

/** The plans of one execution. */
export interface Executed {
  readonly plan: PlanNode;
  readonly nested: readonly NestedPlan[];
  /** The settings of the session, outside of functions, by which approximate indexes search; those that have a value. */
  readonly settings: Readonly<Record<string, string>>;
  /**
   * The same with sorts disabled, so that an index gives every order that one can: what the planner may choose with other
   * statistics. Undefined where no approximate index could.
   */
  readonly unsorted?: Executed;
}
