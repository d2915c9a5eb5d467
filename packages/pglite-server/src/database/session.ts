import type { ClientStatus, SessionState } from '../messages.ts';
import { errorResponse, type TransactionStatus, type WireError } from '../protocol/backend.ts';
import type { Listening } from '../sql/statements.ts';
import type { TransactionState } from './transaction.ts';

/** A prepared statement of a client: its Parse message, to repeat where the backend lost it, and its SQL. */
export interface PreparedStatement {
  parse: Uint8Array;
  sql: string;
}

/** A client's session in the database that it is connected to. */
export class Session {
  readonly id: number;
  readonly user: string;
  /** As it was at the start, for DISCARD ALL. */
  readonly initial: SessionState;
  state: SessionState;
  status: TransactionStatus = 'I';
  transaction: TransactionState = { is: 'none' };
  /** Extended-protocol messages ran whose Sync has not come yet. */
  batchOpen = false;
  statements = new Map<string, PreparedStatement>();
  channels = new Set<string>();
  /** LISTEN and UNLISTEN of the open transaction. */
  listening: Listening[] = [];
  usesTemp = false;
  gone = false;
  /** It runs a statement, or waits to. */
  busy = false;
  /** When it did what, in milliseconds since 1970. */
  readonly activity: Pick<ClientStatus, 'query' | 'connected' | 'transactionSince' | 'querySince' | 'stateSince'>;
  /** While it is true, answers are not sent to the client: the engine runs statements of its own in the session. */
  muted = false;
  /** Called with how much of a COPY's data the backend has taken, in bytes. */
  consumed: (bytes: number) => void = () => {};
  readonly #write: (bytes: Uint8Array) => void;
  readonly #close: () => void;

  constructor(id: number, state: SessionState, write: (bytes: Uint8Array) => void, close: () => void) {
    this.id = id;
    this.user = state.user;
    this.initial = state;
    this.state = state;
    this.#write = write;
    this.#close = close;
    const now = Date.now();
    this.activity = { query: '', connected: now, transactionSince: null, querySince: null, stateSince: now };
  }

  /** It begins to run something, or to wait for its turn. */
  begins(texts: string[]): void {
    this.busy = true;
    const now = Date.now();
    this.activity.stateSince = now;
    if (texts.length === 0) return;
    this.activity.query = texts.at(-1) ?? '';
    this.activity.querySince = now;
  }

  /** Notes that its statement, or its wait, is over; its transaction's status is the new one. */
  ends(): void {
    this.busy = false;
    this.activity.stateSince = Date.now();
    if (this.status === 'I') this.activity.transactionSince = null;
    else this.activity.transactionSince ??= this.activity.querySince;
  }

  send(...parts: Uint8Array[]): void {
    for (const part of parts) if (!this.gone && !this.muted) this.#write(part);
  }

  /** Tells the client why, and ends its connection. */
  end(failure: Omit<WireError, 'severity'>): void {
    this.send(errorResponse({ ...failure, severity: 'FATAL' }));
    this.gone = true;
    this.#close();
  }
}
