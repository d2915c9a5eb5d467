/** A statement that a migration runs: one of its file, or one in a DO block. */
export interface HostedStatement {
  /** Where it is written: a file and line. */
  readonly place: string;
  /** The statement of the file, for people. */
  readonly sql: string;
  /** Its parse tree: an object whose one key is the type of the statement. */
  readonly tree: Readonly<Record<string, unknown>>;
  /** Whether it runs only where a condition of a DO block holds. */
  readonly conditional: boolean;
}

/** A statement that the hosted service refuses, and why. */
export interface Refused {
  readonly statement: HostedStatement;
  readonly seen: string;
}

/** One rule that migrations for Supabase's hosted service keep. Its id is also the name of its page in docs/supabase. */
export interface HostedRule {
  readonly id: string;
  /** The rule as a sentence that holds where nothing is refused. */
  readonly expected: string;
  /** The refused ones of all statements, in the order in which they run. */
  readonly refused: (statements: readonly HostedStatement[]) => Refused[];
}

/** A rule that looks at each statement by itself. */
export const eachStatement =
  (look: (tree: HostedStatement['tree']) => readonly string[]): HostedRule['refused'] =>
  (statements) =>
    statements.flatMap((statement) => look(statement.tree).map((seen) => ({ statement, seen })));

/** The fields of a statement of one type; undefined of a statement of another type. */
export const ofType = (tree: HostedStatement['tree'], type: string): Readonly<Record<string, unknown>> | undefined =>
  tree[type] as Readonly<Record<string, unknown>> | undefined;
