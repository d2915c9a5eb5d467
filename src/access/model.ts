/** The four commands that row level security governs, in the order in which they are always written. */
export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const;
export type Command = (typeof COMMANDS)[number];

/** The letter that stands for a command in spec/access.ts and in snapshots/access.md. */
export const LETTERS: Readonly<Record<Command, string>> = { select: 'S', insert: 'I', update: 'U', delete: 'D' };

/**
 * What a persona is to the database: a role, and the settings that its requests carry (claims).
 * Both are set with SET LOCAL, in a transaction that is always rolled back.
 */
export interface Persona {
  readonly name: string;
  readonly role: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** A value of a seeded row: anything that JSON can write; objects and arrays are sent as JSON text. */
export type Value = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };
export type Values = Readonly<Record<string, Value>>;

/**
 * A seeded row. One with a `row` is probed: it stands for a class of rows ("public", "not public") of its table.
 * One without only has to be there (a parent, a user).
 */
export interface WorldRow {
  readonly table: string;
  readonly values: Values;
  readonly row?: string;
  /** The row that the insert probe tries to add, as the application would send it. */
  readonly insert?: Values;
  /** What the update probe tries to change. */
  readonly update?: Values;
}

/** For each table and row class: what each persona may do, as letters ("S I U D"), "—" for nothing. */
export type AccessSpec = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/**
 * What the database did with a probe. `allowed`: the row was seen or changed. `filtered`: the statement ran and the row
 * was not touched. `no grant`: a privilege is missing. `policy violation`: WITH CHECK refused the row. `error`: anything
 * else, which never counts as a denial. `not evaluated`: the probe could not be made.
 */
export const OUTCOMES = ['allowed', 'filtered', 'no grant', 'policy violation', 'error', 'not evaluated'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One cell of the matrix: one persona, one command, one class of rows of one table. */
export interface Cell {
  readonly table: string;
  readonly row: string;
  readonly persona: string;
  readonly command: Command;
  readonly outcome: Outcome;
  /** The statement that shows the outcome, ready to paste into psql after `transcript`'s opening lines. */
  readonly statement: string;
  /** The server's words when it refused, or why the probe could not be made. */
  readonly detail?: string;
}
