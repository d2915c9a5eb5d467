import { availableParallelism, loadavg } from 'node:os';

/**
 * How many times as long as on an idle machine a test may take: twice the load of each processor.
 *
 * Not less than 5, for the load that comes after the run has begun, the suite's own among it; not more than 20, so that
 * a test that hangs is still stopped.
 * @param load the average number of processes that want to run; where the system doesn't tell, 0
 */
export function slownessOf(load: number, processors: number): number {
  return Math.min(Math.max((2 * load) / processors, 5), 20);
}

/** Measured once, by the process that reads jest.config.js: the processes that run test files inherit it. */
process.env.ROLECALL_TEST_SLOWNESS ??= String(slownessOf(loadavg()[0] ?? 0, availableParallelism()));

/**
 * The time limit of a test, in ms.
 * @param seconds what it may take on an idle machine
 */
export function within(seconds: number): number {
  return Math.ceil(seconds * 1000 * Number(process.env.ROLECALL_TEST_SLOWNESS));
}
