import { Worker } from 'node:worker_threads';
import type { Verdict } from './verdict.ts';

type Answer = { readonly verdict: Verdict } | { readonly failure: string };

/**
 * Gives verdicts on a database, one at a time, each from a worker that has loaded everything but the project's own
 * files: modules cannot be unloaded, so a fresh worker is what lets spec/ be edited while `watch` runs.
 */
export class Verdicts {
  readonly #url: string;
  readonly #configPath: string;
  readonly #tell: (answer: Answer) => void;
  #next = warmWorker();
  #running = false;
  #again = false;

  constructor(url: string, configPath: string, tell: (answer: Answer) => void) {
    this.#url = url;
    this.#configPath = configPath;
    this.#tell = tell;
  }

  /** Asks for a verdict; while one is under way, for one more after it. */
  async ask(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    do {
      this.#again = false;
      this.#tell(await this.#once());
    } while (this.#again);
    this.#running = false;
  }

  async close(): Promise<void> {
    await this.#next.terminate();
  }

  async #once(): Promise<Answer> {
    const worker = this.#next;
    const answer = await new Promise<Answer>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', (error) => resolve({ failure: error.message }));
      worker.postMessage({ url: this.#url, configPath: this.#configPath });
    });
    this.#next = warmWorker();
    void worker.terminate();
    return answer;
  }
}

function warmWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url));
}
