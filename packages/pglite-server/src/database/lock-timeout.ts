import type { Turn, Turns } from './turns.ts';

/** Counts the time that clients wait while nothing runs, and refuses those who have waited too long. */
export class LockTimeout {
  #turns: Turns;
  #refuse: (turn: Turn) => void;
  #due: () => void;
  #timer: NodeJS.Timeout | null = null;
  #since = 0;

  /**
   * @param refuse what to do with a turn that has waited too long
   * @param due called when one may have; has to call `update`
   */
  constructor(turns: Turns, refuse: (turn: Turn) => void, due: () => void) {
    this.#turns = turns;
    this.#refuse = refuse;
    this.#due = due;
  }

  /** To be called at every change: `stuck` says whether those who wait now wait for a client that does nothing. */
  update(stuck: boolean): void {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = null;
      for (const turn of this.#turns.expire(performance.now() - this.#since)) this.#refuse(turn);
    }
    if (!stuck || this.#turns.waiting.length === 0) return;
    const shortest = Math.min(...this.#turns.waiting.map(({ remaining }) => remaining));
    this.#since = performance.now();
    this.#timer = setTimeout(this.#due, Math.max(1, Math.ceil(shortest)));
  }
}
