import type { StructureLine } from '../../catalog/structure.ts';
import type { LockMode } from './lock-modes.ts';

/** A lock on a relation that was there before the migration: what a session of the app may have to wait for. */
export interface RelationLock {
  /** The table, under the name that it had when the migration began; an index or TOAST table counts as its table. */
  readonly table: string;
  /** The locked relation itself where it isn't the table. */
  readonly through?: string;
  readonly mode: LockMode;
}

/** Rows of one table that a statement touched. */
export interface TouchedRows {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** A relation and its size after the statement. */
export interface RelationFile {
  readonly relation: string;
  readonly kind: 'table' | 'index';
  readonly bytes: number;
}

/** The effects of one statement, as the session that ran it sees them directly after. */
export interface StatementEffects {
  /** Locks that the transaction did not have before. All are held until it ends, unless `released` says otherwise. */
  readonly locks: readonly RelationLock[];
  /** Locks that it had before and has no more: only a rollback to a savepoint releases locks. */
  readonly released: readonly RelationLock[];
  /** Rows touched; undefined outside a transaction, where PostgreSQL does not count them. */
  readonly rows: readonly TouchedRows[] | undefined;
  /** Relations from before the migration that were rewritten completely. */
  readonly rewritten: readonly RelationFile[];
  readonly created: readonly RelationFile[];
  readonly dropped: readonly string[];
  /** Bytes of WAL that the server wrote meanwhile. */
  readonly wal: number;
}

/** A statement that ran within another one, such as a DO block. */
export interface NestedStatement {
  readonly sql: string;
  readonly head: string;
  readonly ms: number;
}

/** A statement of a migration, as it ran alone. */
export interface ObservedStatement extends StatementEffects {
  readonly number: number;
  /** The statement in one short line. */
  readonly head: string;
  readonly ms: number;
  /** The statements that ran within it, the longest first; undefined where the server does not report them. */
  readonly nested: readonly NestedStatement[] | undefined;
}

/** A migration, as it ran alone. */
export interface ObservedMigration {
  readonly name: string;
  /** False for one that runs without a transaction: each statement then commits by itself. */
  readonly transaction: boolean;
  readonly statements: readonly ObservedStatement[];
  readonly commitMs: number;
}

/** A statement of a migration that failed. */
export interface StatementFailure {
  readonly migration: string;
  readonly number: number;
  readonly head: string;
  readonly message: string;
}

/** The run of the migrations without the app, statement by statement. */
export interface AloneRun {
  readonly migrations: readonly ObservedMigration[];
  /** Other sessions on the server when it began: the WAL that they write is counted too. */
  readonly others: number;
  readonly failure?: StatementFailure;
  /** The catalogs afterwards. */
  readonly structure: readonly StructureLine[];
}

/** A span of time, in ms since the first call of the app. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** A lock, with the time for which it was held and the statement that took it. */
export interface HeldLock extends RelationLock, TimeSpan {
  readonly migration: string;
  readonly statement: number;
}

/** A migration, as it ran under load. */
export interface MigrationRun extends TimeSpan {
  readonly name: string;
  readonly statements: readonly TimeSpan[];
  /** The errors for which it was rolled back before, such as a deadlock with the app that the server resolved against it. */
  readonly rolledBack: readonly string[];
}

/** A call of the app that had to wait for a lock. */
export interface LockWait extends TimeSpan {
  readonly operation: string;
  readonly kind: 'read' | 'write';
  /** The table that it waited for; undefined when it waited for something else, such as a row. */
  readonly table: string | undefined;
  /** The mode that it asked for. */
  readonly mode: string;
  /** The statement of a migration that holds what it waited for; undefined when another session of the app does. */
  readonly behind: { readonly migration: string; readonly statement: number; readonly running: number } | undefined;
  readonly outcome: CallOutcome;
}

/** How a call ended. refused: the old statement does not fit the new schema. failed: any other error, such as a deadlock. */
export type CallOutcome = 'answered' | 'refused' | 'failed';

/** The calls of one statement of the app, summed up. Times are in ms. */
export interface OperationRun {
  readonly name: string;
  readonly kind: 'read' | 'write';
  readonly calls: number;
  /** The median time of a call before the first migration began. */
  readonly usualMs: number;
  /** The longest call that waited for no lock. */
  readonly longestUnblockedMs: number;
  readonly waits: number;
  readonly longestWaitMs: number;
  readonly p95WaitMs: number;
  readonly refused: number;
  /** When the new schema first refused it, and the server's words. */
  readonly refusedSince?: number;
  readonly refusal?: string;
  readonly failures: readonly string[];
  readonly spans: {
    readonly waiting: readonly TimeSpan[];
    readonly refused: readonly TimeSpan[];
    readonly failed: readonly TimeSpan[];
  };
}

/** The run of the migrations while the app runs. */
export interface UnderLoadRun {
  /** The pause between two calls, and between two samples. */
  readonly thinkMs: number;
  readonly sampleMs: number;
  /** When it ended. */
  readonly to: number;
  /** The tables that existed before the first migration: the app may have to wait for them. */
  readonly tables: readonly string[];
  readonly migrations: readonly MigrationRun[];
  readonly held: readonly HeldLock[];
  readonly operations: readonly OperationRun[];
  readonly waits: readonly LockWait[];
  /** The waits of the migrations for the app. */
  readonly migratorWaits: readonly (TimeSpan & { readonly migration: string; readonly statement: number })[];
  readonly failure?: StatementFailure;
  readonly notEvaluated: readonly UnevaluatedOperation[];
}

/** A statement of the app that could not be run at all, and why. */
export interface UnevaluatedOperation {
  readonly operation: string;
  readonly why: string;
}

/** Both runs. */
export interface LocksObservation {
  readonly alone: AloneRun;
  /** Undefined when the migrations failed without the app already. */
  readonly underLoad: UnderLoadRun | undefined;
}
