import type { PGlite } from '@electric-sql/pglite';
import type { SharedMemory } from '../shared-memory.ts';
import type { SignalAddresses } from '../signals.ts';

/** PostgreSQL's variables that the engine reads and writes: emscripten exports the addresses of those that extensions use. */
interface ExportedAddresses {
  _InterruptPending: number;
  _QueryCancelPending: number;
  _MyLatch: number;
  _MyProc: number;
  _MyProcPid: number;
  wasmMemory: SharedMemory;
}

/** PostgreSQL's own variables end below this address, in bytes; what it allocates lies above. */
const VARIABLES_END = 16 * 1024 * 1024;
/** Two numbers that nothing else is likely to be. */
const MARKS = [1_234_567_891, 1_357_913_579];
/** Where the list of processes has a process's number, in bytes (PostgreSQL's struct PGPROC). */
const PROCESS = 44;

/** The variables of one backend, read and written where they are in its memory. */
export class Registers {
  readonly memory: SharedMemory;
  /** The number that PostgreSQL has for itself: it stays, because its handlers of signals compare it with the process's. */
  readonly ownProcess: number;
  #module: ExportedAddresses;

  constructor(pglite: PGlite) {
    this.#module = pglite.Module as unknown as ExportedAddresses;
    this.memory = this.#module.wasmMemory;
    this.ownProcess = this.#read(this.#module._MyProcPid);
    if (this.#read(this.process + PROCESS) !== this.ownProcess)
      throw new Error('The embedded engine does not know the memory of this version of PGlite.');
  }

  /** @param set sets statement_timeout to a number of milliseconds: its variable is where that number appears */
  signals(set: (milliseconds: number) => void): SignalAddresses {
    const found = MARKS.map((mark) => {
      set(mark);
      return indexesOf(this.#heap.subarray(0, VARIABLES_END >> 2), mark);
    });
    set(0);
    // Its variable lies below the copies in what PostgreSQL keeps about settings, which it allocated.
    const variable = found[0]?.find((index) => found[1]?.includes(index));
    return {
      interruptPending: this.#module._InterruptPending,
      queryCancelPending: this.#module._QueryCancelPending,
      latch: this.#read(this.#module._MyLatch),
      statementTimeout: variable === undefined ? null : variable << 2,
    };
  }

  /** Where the backend's entry in the list of processes is, in bytes: its shared memory. */
  get process(): number {
    return this.#read(this.#module._MyProc);
  }

  /** Interrupts the statement that runs: what SIGINT does. */
  interrupt(): void {
    this.#write(this.#module._QueryCancelPending, 1);
    this.#write(this.#module._InterruptPending, 1);
  }

  /** Drops an interrupt that the backend has not looked at. */
  clearInterrupt(): void {
    this.#write(this.#module._QueryCancelPending, 0);
  }

  /** Lists the backend under a client's number, as `pg_locks` shows it. */
  identify(process: number): void {
    this.#write(this.process + PROCESS, process);
  }

  get #heap(): Int32Array {
    // Read each time: a memory that has grown has another buffer.
    return new Int32Array(this.memory.buffer);
  }

  #read(address: number): number {
    return this.#heap[address >> 2] ?? 0;
  }

  #write(address: number, value: number): void {
    this.#heap[address >> 2] = value;
  }
}

function indexesOf(heap: Int32Array, value: number): number[] {
  const found: number[] = [];
  for (let at = heap.indexOf(value); at >= 0; at = heap.indexOf(value, at + 1)) found.push(at);
  return found;
}
