import { UserError } from '../errors.ts';

/** A row that is set aside, and why. */
export interface QuarantinedRow {
  readonly source: string;
  readonly id: string;
  readonly reason: string;
}

/** What became of the rows that were to be put back. */
export interface RestoreResult {
  readonly restored: readonly QuarantinedRow[];
  /** Each with what is in its way now. */
  readonly left: readonly QuarantinedRow[];
}

/** Which rows are to be put back: all of them, or those of a table or with a reason. */
export interface RestoreChoice {
  /** A table, with or without its schema. */
  readonly table?: string;
  readonly reason?: string;
}

/** Rows can't be put back here; the message says why and what to do. */
export class RestoreError extends UserError {
  override readonly name = 'RestoreError';
}
