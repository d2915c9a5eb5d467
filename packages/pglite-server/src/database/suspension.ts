import { ABORT } from '../messages.ts';
import type { TransactionStatus } from '../protocol/backend.ts';
import type { LockedTable } from '../sql/replayable.ts';
import type { Exchange } from './exchange.ts';
import type { Session } from './session.ts';
import type { TransactionState } from './transaction.ts';

/** Whether another client can have the backend although this one's transaction is open. */
export function canMakeWay({ transaction, batchOpen }: Session): boolean {
  return transaction.is === 'repeatable' && !batchOpen;
}

/** Its transaction makes way; the backend has to roll it back. */
export function suspend(session: Session): void {
  if (session.transaction.is === 'repeatable') session.transaction = { ...session.transaction, is: 'suspended' };
}

/** The client heard that it waited too long: its transaction, if one was open, has failed. */
export function doom(session: Session): void {
  if (session.status === 'I') return;
  session.transaction = { is: 'doomed' };
  session.status = 'E';
}

/** The statements that the backend has to run before the client's next exchange, in order. */
export function replayOf({ transaction }: Session): string[] {
  if (transaction.is === 'suspended') return transaction.begun.map(({ sql }) => sql);
  return transaction.is === 'doomed' ? ['begin', ABORT] : [];
}

/** The client's next exchange runs, after what `replayOf` says. */
export function resume(session: Session): void {
  const { transaction } = session;
  if (transaction.is === 'suspended') session.transaction = { ...transaction, is: 'repeatable' };
  if (transaction.is === 'doomed') session.transaction = { is: 'unique' };
}

/** A suspended transaction still counts as holding its locks against another LOCK of the same tables. */
export function suspendedLocks({ transaction }: Session): LockedTable[] {
  return transaction.is === 'suspended' ? transaction.begun.flatMap(({ locks }) => locks) : [];
}

/**
 * Whether PostgreSQL has to be asked, after an exchange, if the transaction wrote something: where it only reads, as far
 * as its text says, and could be suspended until now.
 */
export function hasToBeConfirmed({ transaction }: Session, { opaque, replayables }: Exchange): boolean {
  if (opaque || (transaction.is !== 'repeatable' && transaction.is !== 'suspended')) return false;
  const statements = replayables();
  return statements.every((each) => each !== null) && statements.some((each) => each.kind === 'read');
}

/**
 * The transaction after an exchange, which has the session's status already.
 * @param before the session's status before the exchange
 * @param unchanged whether PostgreSQL says that the transaction wrote nothing
 */
export function transactionAfter(
  { status, batchOpen, transaction }: Session,
  { opaque, texts, replayables }: Exchange,
  before: TransactionStatus,
  unchanged: boolean,
): TransactionState {
  if (status === 'I' && !batchOpen) return { is: 'none' };
  if (status !== 'T' || batchOpen || opaque) return { is: 'unique' };
  if (before !== 'I' && transaction.is !== 'repeatable') return { is: 'unique' };
  const begun = transaction.is === 'repeatable' ? [...transaction.begun] : [];
  for (const [at, statement] of replayables().entries()) {
    if (statement === null || (statement.kind === 'read' && !unchanged)) return { is: 'unique' };
    const sql = texts[at] ?? '';
    if (statement.kind !== 'read') begun.push({ sql, locks: statement.kind === 'lock' ? statement.locks : [] });
  }
  return { is: 'repeatable', begun };
}
