import { MessageChannel, Worker } from 'node:worker_threads';
import { THREAD_FLAGS } from '../constants.ts';
import type { Answer, FromWorker, ToWorker, WorkerOptions } from '../messages.ts';
import { newControl, Signals } from '../signals.ts';

/** Events that the thread of a database raises. */
export interface InstanceEvents {
  message(message: FromWorker): void;
  /** The thread ended, by itself or because it was asked to. */
  ended(reason: string): void;
}

const STACK = 64;
const LONGEST_CLOSE = 10_000;

/** The thread that holds one open database. */
export class Instance {
  #worker: Worker;
  #copy = new MessageChannel();
  #answers = new MessageChannel();
  #arrivals = new Int32Array(new SharedArrayBuffer(4));
  #ended: Promise<void>;
  #control = newControl();
  #signals: Signals | null = null;

  constructor(files: Pick<WorkerOptions, 'folder' | 'database' | 'inside' | 'wasm'>, events: InstanceEvents) {
    const workerData: WorkerOptions = {
      ...files,
      copyPort: this.#copy.port2,
      answerPort: this.#answers.port2,
      arrivals: this.#arrivals,
      control: this.#control,
    };
    this.#worker = new Worker(new URL('../worker/main.ts', import.meta.url), {
      workerData,
      execArgv: THREAD_FLAGS,
      transferList: [this.#copy.port2, this.#answers.port2],
      // PostgreSQL's own limit on recursion has to come first: the thread's would end the backend.
      resourceLimits: { stackSizeMb: STACK },
    });
    let reason = 'its thread ended';
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') this.#signals = new Signals(message.memory, message.addresses, this.#control);
      if (message.type === 'fatal') reason = message.message;
      else events.message(message);
    });
    this.#worker.on('error', (error) => {
      // PGlite throws what is no Error when the backend exits.
      reason = (error as { message?: string } | null)?.message ?? String(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#copy.port1.close();
        this.#answers.port1.close();
        resolve();
        events.ended(reason);
      });
    });
  }

  /** None until it is open. */
  get signals(): Signals | null {
    return this.#signals;
  }

  /** Ends the thread, whatever it does: as a crash does, nothing that was committed is lost. */
  kill(): void {
    void this.#worker.terminate();
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message, message.type === 'run' ? [message.bytes.buffer] : []);
  }

  /** Hands on data for a COPY FROM STDIN, to a thread that waits for nothing else. */
  feed(bytes: Uint8Array<ArrayBuffer>): void {
    this.#copy.port1.postMessage(bytes, [bytes.buffer]);
    this.#arrived();
  }

  /** Answers what a statement asked, to a thread that waits for nothing else. */
  answer(answer: Answer): void {
    this.#answers.port1.postMessage(answer);
    this.#arrived();
  }

  #arrived(): void {
    Atomics.add(this.#arrivals, 0, 1);
    Atomics.notify(this.#arrivals, 0);
  }

  /** Closes the database: all of it is in its files then. A statement without end is cut off, as by a crash. */
  async close(): Promise<void> {
    this.post({ type: 'close' });
    const timer = setTimeout(() => void this.#worker.terminate(), LONGEST_CLOSE);
    await this.#ended;
    clearTimeout(timer);
  }
}
