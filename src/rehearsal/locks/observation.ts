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

export interface RowCount {
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

/** What one statement did, as the session that ran it saw it directly after. */
export interface StatementEffects {
  /** Locks that the transaction did not have before. All are held until it ends, unless `released` says otherwise. */
  readonly locks: readonly RelationLock[];
  /** Locks that it had and lost: only what is rolled back to a savepoint gives locks back. */
  readonly released: readonly RelationLock[];
  /** Rows touched; undefined outside a transaction, where PostgreSQL does not tell. */
  readonly rows: readonly RowCount[] | undefined;
  /** Relations from before the migration whose every row or entry was written anew. */
  readonly rewritten: readonly RelationFile[];
  readonly made: readonly RelationFile[];
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

export interface ObservedStatement extends StatementEffects {
  readonly number: number;
  /** The statement in one short line. */
  readonly head: string;
  readonly ms: number;
  /** What ran within it, the longest first; undefined where the server does not tell. */
  readonly nested: readonly NestedStatement[] | undefined;
}

export interface ObservedMigration {
  readonly name: string;
  /** False for one that runs without a transaction: each statement then commits by itself. */
  readonly transaction: boolean;
  readonly statements: readonly ObservedStatement[];
  readonly commitMs: number;
}

export interface StatementFailure {
  readonly migration: string;
  readonly number: number;
  readonly head: string;
  readonly message: string;
}

/** The migrations as they ran alone, statement by statement. */
export interface AloneRun {
  readonly migrations: readonly ObservedMigration[];
  /** Other sessions on the server when it began: what they write is among the WAL. */
  readonly others: number;
  readonly failure?: StatementFailure;
  /** The catalogs afterwards. */
  readonly structure: readonly StructureLine[];
}

/** When something was, in ms since the first call of the app. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** A lock, when it was held, and by which statement it was taken. */
export interface HeldLock extends RelationLock, TimeSpan {
  readonly migration: string;
  /** Undefined for one that was only seen while a statement ran, which then is `during`. */
  readonly statement: number;
}

export interface MigrationRun extends TimeSpan {
  readonly name: string;
  readonly statements: readonly TimeSpan[];
  /** How often it was rolled back before, such as when a deadlock with the app was resolved against it. */
  readonly rolledBack: readonly string[];
}

/** A call of the app that had to wait for a lock. */
export interface LockWait extends TimeSpan {
  readonly operation: string;
  readonly kind: 'read' | 'write';
  /** What it waited for: a table and the mode it asked for, or another thing such as a row. */
  readonly table: string | undefined;
  readonly mode: string;
  /** The statement of a migration that holds what it waited for; undefined when another session of the app does. */
  readonly behind: { readonly migration: string; readonly statement: number; readonly running: number } | undefined;
  readonly outcome: CallOutcome;
}

/** Refused: the schema is the new one, which the old statement does not fit. Failed: anything else, such as a deadlock. */
export type CallOutcome = 'answered' | 'refused' | 'failed';

/** What became of one statement of the app. */
export interface OperationRun {
  readonly name: string;
  readonly kind: 'read' | 'write';
  readonly calls: number;
  /** Usual time of a call before the first migration began. */
  readonly usualMs: number;
  /** The longest call that waited for no lock. */
  readonly longestUnblockedMs: number;
  readonly waits: number;
  readonly longestWaitMs: number;
  readonly p95WaitMs: number;
  readonly refused: number;
  /** Since when the new schema refuses it, and with which words. */
  readonly refusedSince?: number;
  readonly refusal?: string;
  readonly failures: readonly string[];
  readonly spans: {
    readonly waiting: readonly TimeSpan[];
    readonly refused: readonly TimeSpan[];
    readonly failed: readonly TimeSpan[];
  };
}

/** The migrations as they ran beside the app. */
export interface UnderLoadRun {
  readonly thinkMs: number;
  readonly sampleMs: number;
  readonly to: number;
  /** The tables that were there before the first migration: what the app may have to wait for. */
  readonly tables: readonly string[];
  readonly migrations: readonly MigrationRun[];
  readonly held: readonly HeldLock[];
  readonly operations: readonly OperationRun[];
  readonly waits: readonly LockWait[];
  /** How long the migrations themselves waited for the app. */
  readonly migratorWaits: readonly (TimeSpan & { readonly migration: string; readonly statement: number })[];
  readonly failure?: StatementFailure;
  /** Statements of the app that could not be run at all, and why. */
  readonly notEvaluated: readonly { readonly operation: string; readonly why: string }[];
}

export interface Observation {
  readonly alone: AloneRun;
  /** Undefined when the migrations failed even alone. */
  readonly underLoad: UnderLoadRun | undefined;
}
