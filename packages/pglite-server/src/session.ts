import type { SessionState } from './messages.ts';
import { errorResponse, type Failure, type Status } from './protocol/backend.ts';
import type { TableLock } from './sql/replayable.ts';
import type { Listening } from './sql/statements.ts';

/** A prepared statement of a client: its Parse message, to repeat where the backend lost it, and its SQL. */
export interface Statement {
  parse: Uint8Array;
  sql: string;
}

/** A statement that begins a suspended transaction again, and what it locks. */
export interface Replayed {
  sql: string;
  locks: TableLock[];
}

/** What a client is to the database that it is connected to. */
export class Session {
  readonly id: number;
  readonly user: string;
  /** As it was at the start, for DISCARD ALL. */
  readonly initial: SessionState;
  state: SessionState;
  status: Status = 'I';
  /** Extended-protocol messages ran whose Sync has not come yet. */
  batchOpen = false;
  statements = new Map<string, Statement>();
  channels = new Set<string>();
  /** LISTEN and UNLISTEN of the open transaction. */
  listening: Listening[] = [];
  usesTemp = false;
  gone = false;
  /** What the engine runs in its name is not for the client to see. */
  muted = false;
  /** What began the open transaction and locked in it, while it did nothing else; null when it did. */
  transaction: Replayed[] | null = null;
  /** What begins the suspended transaction again; empty when none is suspended. */
  replay: Replayed[] = [];
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
  end(failure: Omit<Failure, 'severity'>): void {
    this.send(errorResponse({ ...failure, severity: 'FATAL' }));
    this.gone = true;
    this.#close();
  }
}
