import { UserError } from '../errors.ts';

/** A promise about the rows of a database, and the query that gives the rows that break it. */
export interface Invariant {
  /** The name of its file, without the ending. */
  readonly id: string;
  readonly file: string;
  /** The promise, as a sentence that holds where the query gives no row. */
  readonly sentence: string;
  /** The advice about rows that break it. */
  readonly fix: string;
  /** One SELECT without a semicolon. */
  readonly sql: string;
}

/** The files of invariants can't be used; the message lists every mistake. */
export class InvariantFileError extends UserError {
  override readonly name = 'InvariantFileError';
}
