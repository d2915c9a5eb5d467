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
  const began = new Map<object, number>();
  const start = (message: unknown): void => void began.set(message as object, performance.now());
  const end = (message: unknown): void => {
    const { step } = message as { readonly step: Step | BehaviourStep };
    seconds.set(step, (seconds.get(step) ?? 0) + secondsSince(began.get(message as object) ?? Number.NaN));
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
