import type { LockedTable } from '../sql/replayable.ts';

/** A statement that begins a suspended transaction again, and what it locks. */
export interface RepeatedStatement {
  sql: string;
  locks: LockedTable[];
}

/**
 * A client's transaction, as far as another client may need the backend meanwhile.
 *
 * | state      | means                                              | becomes                                                 |
 * | ---------- | -------------------------------------------------- | ------------------------------------------------------- |
 * | none       | none is open                                       | repeatable by BEGIN; unique by all else that leaves one open |
 * | repeatable | open; it only began, locked and read               | repeatable, unique or none, by each exchange; suspended when another client needs the backend; doomed when it waits too long |
 * | unique     | open; it did what can't be done again, or failed   | none when it ends; doomed when it waits too long         |
 * | suspended  | rolled back for now                                | repeatable when its client's next exchange begins it again; doomed when that waits too long |
 * | doomed     | rolled back, and its client heard that it failed   | unique: begun again and made to fail, until the client ends it |
 */
export type TransactionState =
  | { is: 'none' | 'unique' | 'doomed' }
  | { is: 'repeatable' | 'suspended'; begun: RepeatedStatement[] };
