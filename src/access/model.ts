export type { AccessSpec, Calls, FunctionSpec, PrivilegeSpec, Value, Values, WorldRow } from './settings.ts';

/** The four commands that row level security governs, in the order in which they are always written. */
export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const;
export type Command = (typeof COMMANDS)[number];

/** The letter that stands for a command in the access spec and in its snapshot. */
export const LETTERS: Readonly<Record<Command, string>> = { select: 'S', insert: 'I', update: 'U', delete: 'D' };

/**
 * A persona as the database sees it: a role, and the settings that its requests carry (claims).
 * Both are set with SET LOCAL, in a transaction that is always rolled back.
 */
export interface Persona {
  readonly name: string;
  readonly role: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The commands whose privilege can be granted on single columns. */
export const COLUMN_COMMANDS = ['select', 'insert', 'update'] as const satisfies readonly Command[];
export type ColumnCommand = (typeof COLUMN_COMMANDS)[number];

/**
 * The outcome of a probe. `allowed`: the row was seen or changed, or a constraint refused it after access was
 * allowed. `filtered`: the statement ran and the row was not touched. `no grant`: a privilege is missing. `policy
 * violation`: WITH CHECK refused the row. `refused`: a trigger or function of the application raised an error. `not
 * possible`: no role can do that, as with a view that can't be written. `error`: anything else, which never counts as a
 * denial. `not evaluated`: the probe could not be made.
 */
export type Outcome =
  | 'allowed'
  | 'filtered'
  | 'no grant'
  | 'policy violation'
  | 'refused'
  | 'not possible'
  | 'error'
  | 'not evaluated';

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
  /** The SQLSTATE of a refusal. */
  readonly state?: string;
  /** The function that raised the error of a `refused` one, as the server's context names it. */
  readonly refusedBy?: string;
  /** No policy holds for the persona, and nobody declared it: that is told of its role. */
  readonly unruled?: true;
  /** The error came after privileges and policies had let the row through: another row might not raise it. */
  readonly afterAccess?: true;
}

/** On which columns of a table a role has a privilege: privileges belong to roles, so this is the same for their personas. */
export interface ColumnGrants {
  readonly role: string;
  readonly table: string;
  readonly command: ColumnCommand;
  /** Every column that the command can name: for insert and update those that can be written. */
  readonly columns: readonly string[];
  /** Those that the server let the role name. */
  readonly granted: readonly string[];
  /** The server's words when neither a grant nor its absence was seen. */
  readonly unclear?: string;
}

/**
 * The outcome of a call. `allowed`: the persona could execute it, whatever came of that. `no grant`: EXECUTE,
 * or USAGE of its schema, is missing. `refused`: it was executed, and raised 42501 (insufficient_privilege) itself.
 */
export type FunctionOutcome = 'allowed' | 'no grant' | 'refused' | 'not evaluated';

/** One function as one persona. */
export interface FunctionCell {
  readonly signature: string;
  readonly persona: string;
  readonly outcome: FunctionOutcome;
  readonly statement: string;
  readonly detail?: string;
  /** The SQLSTATE of the error that the call ended with. */
  readonly state?: string;
}

/** Privileges that row level security does not govern: they apply to a table, schema or sequence as such. */
export const PRIVILEGES = [
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
  'MAINTAIN',
  'CREATE',
  'USAGE',
  'SELECT',
  'UPDATE',
] as const;
export type Privilege = (typeof PRIVILEGES)[number];

/** One privilege on one object as one role. */
export interface PrivilegeCell {
  readonly object: string;
  readonly privilege: Privilege;
  readonly role: string;
  readonly outcome: 'allowed' | 'no grant' | 'not evaluated';
  /** Statements that create whatever the role's attempt needs, run before it as the connection's own user. */
  readonly before: readonly string[];
  readonly statement: string;
  readonly detail?: string;
}
