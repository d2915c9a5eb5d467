import { PGlite } from '@electric-sql/pglite';
import { auto_explain } from '@electric-sql/pglite/contrib/auto_explain';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { vector } from '@electric-sql/pglite-pgvector';
import { errorFields, type TransactionStatus } from '../protocol/backend.ts';
import { FrameReader, makeFrame } from '../protocol/frames.ts';
import { type Replacements, shareMemory } from '../shared-memory.ts';
import type { CompiledModule } from '../wasm.ts';
import type { CallAt } from './clients.ts';
import { Extensions } from './extensions.ts';
import { Registers } from './registers.ts';

/** PostgreSQL inside WebAssembly leaves a statement that failed with this exit status; any other is its end. */
const STATEMENT_FAILED = 100;

/** The rows of one statement; every value as text. */
export type QueryRows = (string | null)[][];

/** The answer to a query of the engine's own. */
export interface QueryAnswer {
  results: QueryRows[];
  error: Record<string, string> | null;
  errorFrame: Uint8Array | null;
  status: TransactionStatus;
}

let sharing = false;
/** Emscripten's way to call a function by its address with one number, for handlers of signals. */
let callAddress: CallAt | null = null;

export const callAt: CallAt = (address, argument) => {
  if (!callAddress) throw new Error('The embedded engine does not know the imports of this version of PGlite.');
  return callAddress(address, argument);
};

const REPLACEMENTS: Replacements = {
  // PostgreSQL's timer would go off once the thread has nothing to do, long after the statement that it was for, and PGlite
  // ends by it. The router watches the time instead.
  _setitimer_js: () => () => 0,
  __call_sighandler: (call) => {
    callAddress = call as CallAt;
    return call;
  },
};

/** Opens a data folder. search_path stays PostgreSQL's own default, and system catalogs keep their protection. */
export async function openPGlite(folder: string, database: string, wasm?: CompiledModule): Promise<PGlite> {
  if (!sharing) shareMemory(REPLACEMENTS);
  sharing = true;
  const settings = PGlite.defaultStartParams.filter((_, at, all) => {
    return all[at] !== 'search_path=public' && all[at + 1] !== 'search_path=public' && all[at] !== '-O';
  });
  return await PGlite.create({
    dataDir: folder,
    database,
    ...(wasm ? { pgliteWasmModule: wasm } : {}),
    extensions: { vector, pg_trgm, auto_explain },
    startParams: [...settings, '-c', 'shared_buffers=32MB'],
  });
}

/**
 * The one backend of a database. It drives PGlite's main loop itself, because PGlite's own loop takes a crash for a
 * failed statement and cannot ask for more input, which COPY FROM STDIN needs.
 */
export class Backend {
  readonly registers: Registers;
  readonly extensions: Extensions;
  readonly pglite: PGlite;
  #input: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #output: (bytes: Uint8Array) => void = () => {};
  #more: () => Uint8Array = () => new Uint8Array(0);

  constructor(pglite: PGlite) {
    this.pglite = pglite;
    this.registers = new Registers(pglite);
    this.extensions = new Extensions(pglite);
    const module = pglite.Module;
    const read = (pointer: number, most: number) => {
      if (this.#offset >= this.#input.length) {
        this.#input = this.#more();
        this.#offset = 0;
      }
      const part = this.#input.subarray(this.#offset, this.#offset + most);
      module.HEAPU8.set(part, pointer);
      this.#offset += part.length;
      return part.length;
    };
    const write = (pointer: number, length: number) => {
      this.#output(module.HEAPU8.subarray(pointer, pointer + length));
      return length;
    };
    // No program can be run: the statement fails, and PGlite does not end by it.
    module._pgl_set_popen_fn(module.addFunction(() => 0, 'ppp'));
    module._pgl_set_rw_cbs(module.addFunction(read, 'ipi'), module.addFunction(write, 'ipi'));
  }

  /** Runs messages. Throws only when the backend itself ended. */
  exec(input: Uint8Array, output: (bytes: Uint8Array) => void, more: () => Uint8Array = noMore): void {
    const module = this.pglite.Module;
    this.#input = input;
    this.#offset = 0;
    this.#output = output;
    this.#more = more;
    while (this.#offset < this.#input.length || module._pq_buffer_remaining_data() > 0) {
      const stack = module.stackSave();
      try {
        module._PostgresMainLoopOnce();
      } catch (thrown) {
        if ((thrown as { status?: number }).status !== STATEMENT_FAILED) throw thrown;
        module.stackRestore(stack);
        module._PostgresMainLongJmp();
      }
    }
    module._PostgresSendReadyForQueryIfNecessary();
    module._pgl_pq_flush();
  }

  /** Runs a query of the engine's own. */
  query(sql: string): QueryAnswer {
    const answer: QueryAnswer = { results: [], error: null, errorFrame: null, status: 'I' };
    const reader = new FrameReader();
    let rows: QueryRows = [];
    this.exec(makeFrame('Q', sql), (bytes) => {
      for (const frame of reader.push(bytes.slice())) {
        if (frame.type === 'T') rows = [];
        else if (frame.type === 'D') rows.push(dataRow(frame.bytes));
        else if (frame.type === 'C') {
          answer.results.push(rows);
          rows = [];
        } else if (frame.type === 'E') {
          answer.errorFrame = frame.bytes;
          answer.error = errorFields(frame.bytes);
        } else if (frame.type === 'Z') answer.status = String.fromCharCode(frame.bytes[5] ?? 0) as TransactionStatus;
      }
    });
    return answer;
  }

  /** Runs a query that must succeed. */
  demand(sql: string): QueryRows[] {
    const { results, error } = this.query(sql);
    if (error) throw new Error(`The embedded engine's own query failed: ${error.M} (${error.C}) in: ${sql}`);
    return results;
  }

  async close(): Promise<void> {
    this.registers.identify(this.registers.ownProcess);
    await this.pglite.close();
  }
}

function noMore(): Uint8Array {
  throw new Error('The backend asked for input that no client sent.');
}

function dataRow(frame: Uint8Array): (string | null)[] {
  const view = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const values: (string | null)[] = [];
  let at = 7;
  for (let left = view.readInt16BE(5); left > 0; left--) {
    const length = view.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : view.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return values;
}
