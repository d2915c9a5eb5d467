import type { PGlite } from '@electric-sql/pglite';
import type { SharedMemory } from '../shared-memory.ts';
import type { SignalAddresses } from '../signals.ts';

/** PostgreSQL's variables that the engine reads and writes: emscripten exports the addresses of those that extensions use. */
interface ExportedAddresses {
  _InterruptPending: number;
  _QueryCancelPending: number;
  _MyLatch: number;
  _MyProcPid: number;
  wasmMemory: SharedMemory;
}

/** PostgreSQL's own variables end below this address, in bytes; what it allocates lies above. */
const VARIABLES_END = 16 * 1024 * 1024;
/** Two numbers that nothing else is likely to be. */
const MARKS = [1_234_567_891, 1_357_913_579];
const NOBODY = -1;
/** Where a latch has its owner's number, in bytes: only the owner may sleep on it (PostgreSQL's struct Latch). */
const LATCH_OWNER = 12;

/** The variables of one backend, read and written where they are in its memory. */
export class Registers {
  readonly memory: SharedMemory;
  #module: ExportedAddresses;
  #ownProcess: number;
  /** Where the backend that listens is noted with its number: an index of the heap. */
  #listener: number | null = null;

  constructor(pglite: PGlite) {
    this.#module = pglite.Module as unknown as ExportedAddresses;
    this.memory = this.#module.wasmMemory;
    this.#ownProcess = this.#read(this.#module._MyProcPid);
    if (this.#read(this.#read(this.#module._MyLatch) + LATCH_OWNER) !== this.#ownProcess)
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

  /** Drops an interrupt that the backend has not looked at. */
  clearInterrupt(): void {
    this.#write(this.#module._QueryCancelPending, 0);
  }

  /** Gives the backend a client's number, which pg_backend_pid() and notifications say. */
  identify(process: number): void {
    this.#write(this.#module._MyProcPid, process);
    this.#write(this.#read(this.#module._MyLatch) + LATCH_OWNER, process);
    // It knows by its number that it is the one that listens; it would send itself a signal otherwise, and end by that.
    if (this.#listener !== null && this.#heap[this.#listener] !== NOBODY) this.#heap[this.#listener] = process;
  }

  /** Gives the backend its own number back. */
  identifyAsItself(): void {
    this.identify(this.#ownProcess);
  }

  /**
   * Runs a handler of a signal, which PostgreSQL sends itself (when more of its caches became invalid than it has room to
   * note, for one). It takes the signal for another process's while the backend has a client's number, and ends.
   */
  asItself(handler: () => unknown): unknown {
    const process = this.#read(this.#module._MyProcPid);
    if (process === this.#ownProcess) return handler();
    this.identifyAsItself();
    try {
      return handler();
    } finally {
      this.identify(process);
    }
  }

  get listenerKnown(): boolean {
    return this.#listener !== null;
  }

  /**
   * Finds out where PostgreSQL notes who listens; while the backend listens to nothing.
   * @param listen makes it listen, and stop again
   */
  locateListener(listen: (command: 'listen' | 'unlisten') => void): void {
    const [mark = 0] = MARKS;
    this.identify(mark);
    listen('listen');
    const found = indexesOf(this.#heap, mark);
    listen('unlisten');
    this.identifyAsItself();
    this.#listener = found.find((index) => this.#heap[index] === NOBODY) ?? null;
    if (this.#listener === null)
      throw new Error('The embedded engine cannot tell who listens in this version of PGlite.');
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
