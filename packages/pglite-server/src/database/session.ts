import type { SessionState } from '../messages.ts';
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
