import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { configReader, readAfresh } from '../config/afresh.ts';
import type { Verdict } from './verdict.ts';

type VerdictFailure = { readonly failure: string };
export type VerdictAnswer = { readonly verdict: Verdict } | VerdictFailure;

/**
 * Gives verdicts on a database, one at a time, each by the configuration as it is then. When current.sql ran during a proof,
 * the next proof is of what it made, and current.sql waits for its end: a verdict comes also when somebody saves all the time.
 */
export class Verdicts {
  readonly #url: string;
  readonly #configPath: string;
  readonly #tell: (answer: VerdictAnswer) => void;
  readonly #pause: () => Promise<() => void>;
  #prover = freshProver();
  #reader = configReader();
  #running = false;
  #again = false;

  /** @param pause keeps current.sql from being run until what it returns is called */
  constructor(
    url: string,
    configPath: string,
    pause: () => Promise<() => void>,
    tell: (answer: VerdictAnswer) => void,
  ) {
    this.#url = url;
    this.#configPath = configPath;
    this.#tell = tell;
    this.#pause = pause;
  }

  /** Asks for a verdict; while one is under way, for one more after it. */
  async ask(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    let overtaken = false;
    do {
      const resume = overtaken ? await this.#pause() : () => {};
      this.#again = false;
      const answer = await this.#once();
      resume();
      // Of two saves at once, nothing is said: the verdict on the newer one comes instead.
      overtaken = 'overtaken' in answer;
      if ('overtaken' in answer) this.#again = true;
      else this.#tell(answer);
    } while (this.#again);
    this.#running = false;
  }

  async close(): Promise<void> {
    await Promise.all([this.#prover.terminate(), this.#reader.terminate()]);
  }

  async #once(): Promise<VerdictAnswer | { readonly overtaken: true }> {
    try {
      const read = await readAfresh(this.#configPath, this.#reader);
      if ('failure' in read) return read;
      return await asked<VerdictAnswer | { readonly overtaken: true }>(this.#prover, {
        url: this.#url,
        config: read.config,
      });
    } catch (error) {
      // A worker that breaks is no reason to stop watching.
      this.#prover = freshProver();
      return { failure: (error as Error).message };
    } finally {
      this.#reader = configReader();
    }
  }
}

const freshProver = (): Worker => new Worker(new URL('./verdict-worker.ts', import.meta.url));

/** Sends a worker a question, and waits for its answer. @throws Error when the worker breaks */
async function asked<T>(worker: Worker, question: unknown): Promise<T> {
  worker.postMessage(question);
  const [answer] = (await once(worker, 'message')) as [T];
  return answer;
}
