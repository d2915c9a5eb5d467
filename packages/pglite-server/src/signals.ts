import type { SharedMemory } from './shared-memory.ts';

/** Why a statement is interrupted: its client asked for it, it ran longer than statement_timeout, or its client is gone. */
export type InterruptReason = 'cancel' | 'timeout' | 'gone';

/** Where PostgreSQL keeps what its signal handlers set, in bytes of its memory. */
export interface SignalAddresses {
  interruptPending: number;
  queryCancelPending: number;
  /** The latch on which the backend sleeps. */
  latch: number;
  /** The setting statement_timeout, in milliseconds; null where it could not be located. */
  statementTimeout: number | null;
}

/** Numbers that the backend's thread and the router's share, by their index. */
const GATE = 0;
const PROGRESS = 1;
const REASON = 2;

/** The gate is open while a client's statement runs: the engine's own are never interrupted. */
const CLOSED = 0;
const OPEN = 1;
const HELD = 2;

const REASONS: InterruptReason[] = ['cancel', 'timeout', 'gone'];

export type SharedControl = Int32Array<SharedArrayBuffer>;

export function newControl(): SharedControl {
  return new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
}

/** The backend's side: runs a client's statements, which may be interrupted, and clears what came too late. */
export function interruptible(control: SharedControl, clear: () => void, work: () => void): void {
  clear();
  Atomics.store(control, REASON, 0);
  Atomics.add(control, PROGRESS, 1);
  Atomics.store(control, GATE, OPEN);
  try {
    work();
  } finally {
    // Held for as long as the other thread takes to write four numbers.
    while (Atomics.compareExchange(control, GATE, OPEN, CLOSED) !== OPEN);
    clear();
  }
}

/** A statement has ended, and the next one begins. */
export function noteProgress(control: SharedControl): void {
  Atomics.add(control, PROGRESS, 1);
}

export function interruptedFor(control: SharedControl): InterruptReason {
  return REASONS[Atomics.load(control, REASON)] ?? 'cancel';
}

/** The router's side: does to a backend what a signal does. */
export class Signals {
  #memory: SharedMemory;
  #addresses: SignalAddresses;
  #control: SharedControl;

  constructor(memory: SharedMemory, addresses: SignalAddresses, control: SharedControl) {
    this.#memory = memory;
    this.#addresses = addresses;
    this.#control = control;
  }

  /** As SIGINT does; false when the backend runs no client's statement at this moment. */
  interrupt(reason: InterruptReason): boolean {
    if (Atomics.compareExchange(this.#control, GATE, OPEN, HELD) !== OPEN) return false;
    Atomics.store(this.#control, REASON, REASONS.indexOf(reason));
    const heap = this.#heap();
    const { interruptPending, queryCancelPending, latch } = this.#addresses;
    for (const address of [queryCancelPending, interruptPending, latch]) Atomics.store(heap, address >> 2, 1);
    Atomics.store(this.#control, GATE, OPEN);
    return true;
  }

  /** Whether the backend has yet to look at an interrupt. */
  get pending(): boolean {
    return Atomics.load(this.#heap(), this.#addresses.queryCancelPending >> 2) !== 0;
  }

  /** Changes with each statement that begins. */
  get progress(): number {
    return Atomics.load(this.#control, PROGRESS);
  }

  /** The backend's statement_timeout at this moment, in milliseconds; 0 for none. */
  get statementTimeout(): number {
    const { statementTimeout } = this.#addresses;
    return statementTimeout === null ? 0 : Atomics.load(this.#heap(), statementTimeout >> 2);
  }

  #heap(): Int32Array<SharedArrayBuffer> {
    // Read each time: a memory that has grown has another buffer.
    return new Int32Array(this.#memory.buffer);
  }
}
