import { UserError } from '../errors.ts';
/** How rows that were set aside are put back: by the sections of SQL that would have carried them, over those rows only. */
export interface Restoring {
  /** The schema that the sections read the old tables from. */
  readonly from: string;
  /** The schema that stands in for it meanwhile. It is made and dropped, and may not be there. */
  readonly through: string;
  /** A query of `source` (schema.table, as the quarantine names it) and `columns`, as a table definition has them. */
  readonly definitions: string;
  /** Files below the migrations folder: what the sections need, the sections themselves, and what is to be done after. */
  readonly before: string;
  readonly sections: readonly string[];
  readonly after: string;
}

/** A row that was set aside, and why. */
export interface SetAside {
  readonly source: string;
  readonly id: string;
  readonly reason: string;
}

/** What became of the rows that were to be put back. */
export interface Restored {
  readonly restored: readonly SetAside[];
  /** Each with what is in its way now. */
  readonly left: readonly SetAside[];
}

/** Which rows are to be put back; all unless said. */
export interface Choice {
  /** A table, with or without its schema. */
  readonly table?: string;
  readonly reason?: string;
}

/** Rows can't be put back here; the message says why and what to do. */
export class RestoreError extends UserError {
  override readonly name = 'RestoreError';
}
