import { BEHAVIOUR_STEPS, type BehaviourStep, STEPS, type Step, steps } from '../../src/access/timed.ts';
import { secondsSince } from '../support/runs.ts';

/** The seconds of each step of a proof, and those of all of it. */
export interface ProofTimes {
  readonly total: number;
  readonly steps: ReadonlyMap<Step | BehaviourStep, number>;
}

/** Runs a proof, and gives the seconds of its steps as it published them. One proof at a time. */
export async function timesOfProof<T>(
  prove: () => Promise<T>,
): Promise<{ readonly proof: T; readonly times: ProofTimes }> {
  const seconds = new Map<Step | BehaviourStep, number>([...STEPS, ...BEHAVIOUR_STEPS].map((step) => [step, 0]));
  // A step that runs in two databases at once takes the time from its first beginning to its last end.
  const running = new Map<Step | BehaviourStep, { count: number; since: number }>();
  const stepOf = (message: unknown) => (message as { readonly step: Step | BehaviourStep }).step;
  const start = (message: unknown): void => {
    const { count = 0, since = performance.now() } = running.get(stepOf(message)) ?? {};
    running.set(stepOf(message), { count: count + 1, since });
  };
  const end = (message: unknown): void => {
    const step = stepOf(message);
    const { count = 0, since = Number.NaN } = running.get(step) ?? {};
    if (count > 1) running.set(step, { count: count - 1, since });
    else {
      running.delete(step);
      seconds.set(step, (seconds.get(step) ?? 0) + secondsSince(since));
    }
  };
  steps.start.subscribe(start);
  steps.asyncEnd.subscribe(end);
  const started = performance.now();
  try {
    const proof = await prove();
    return { proof, times: { total: secondsSince(started), steps: seconds } };
  } finally {
    steps.start.unsubscribe(start);
    steps.asyncEnd.unsubscribe(end);
  }
}
