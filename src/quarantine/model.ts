import { UserError } from '../errors.ts';

/** A quarantined row, with the reason. */
export interface QuarantinedRow {
  readonly source: string;
  readonly id: string;
  readonly reason: string;
}

/** The quarantined rows that a restore was asked for, by the outcome. */
export interface RestoreResult {
  readonly restored: readonly QuarantinedRow[];
  /** Rows that stay in quarantine, each with the reason as of now. */
  readonly left: readonly QuarantinedRow[];
}

/** Which rows are to be restored: all of them, or those of a table or with a reason. */
export interface RestoreChoice {
  /** A table, with or without its schema. */
  readonly table?: string;
  readonly reason?: string;
}

/** Rows can't be restored here; the message says why and what to do. */
export class RestoreError extends UserError {
  override readonly name = 'RestoreError';
}
