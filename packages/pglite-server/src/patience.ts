import type { Turn, Turns } from './turns.ts';

/** Counts the time that clients wait while nothing runs, and tells whose patience is over. */
export class Patience {
  #turns: Turns;
  #expired: (turn: Turn) => void;
  #timer: NodeJS.Timeout | null = null;
  #since = 0;

  constructor(turns: Turns, expired: (turn: Turn) => void) {
    this.#turns = turns;
    this.#expired = expired;
  }

  /** Call at every change: `stuck` says whether those who wait now wait for a client that does nothing. */
  update(stuck: boolean): void {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = null;
      for (const turn of this.#turns.expire(performance.now() - this.#since)) this.#expired(turn);
    }
    if (!stuck || this.#turns.waiting.length === 0) return;
    const shortest = Math.min(...this.#turns.waiting.map(({ patience }) => patience));
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.update(stuck), Math.max(1, Math.ceil(shortest)));
  }
}
