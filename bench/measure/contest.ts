import { type Times, timesOf } from '../report/statistics.ts';

/** Runs once, and gives how long it took, in ms. */
export type Contestant = () => Promise<number>;

/** How often, and how long at most. */
export interface Limits {
  readonly runs: number;
  /** For all runs of all contestants together, in ms; each runs twice at least, whatever it takes. */
  readonly budget: number;
}

/**
 * Runs all in turn, so that what else the machine does happens to all of them, after a turn that does not count. Every
 * second turn goes backwards, A B B A: who always came after another would find in the caches what that one has left.
 * @returns what each took, in the order in which they were given
 */
export async function contest(contestants: readonly Contestant[], { runs, budget }: Limits): Promise<Times[]> {
  const times = contestants.map((): number[] => []);
  const began = performance.now();
  for (let turn = 0; turn <= runs; turn++) {
    const order = [...contestants.entries()];
    for (const [index, run] of turn % 2 === 0 ? order : order.reverse()) {
      const took = await run();
      if (turn > 0) times[index]?.push(took);
    }
    if (turn >= 2 && performance.now() - began > budget) break;
  }
  return times.map(timesOf);
}
