import { tracingChannel } from 'node:diagnostics_channel';

/** The steps of a proof of access, in their order. */
export const STEPS = [
  'reading',
  'seeding',
  'columns',
  'cells',
  'sets of rows',
  'functions',
  'privileges',
  'reach',
] as const;
export type Step = (typeof STEPS)[number];

/** The steps of calling functions and asking in other worlds, in their order. */
export const BEHAVIOUR_STEPS = ['preparing', 'calling functions', 'asking in other worlds'] as const;
export type BehaviourStep = (typeof BEHAVIOUR_STEPS)[number];

/** Publishes when each step of a proof begins and ends; without a subscriber it costs nothing. */
export const steps = tracingChannel<Readonly<{ step: Step | BehaviourStep }>>('rolecall:access');

/** Runs a step of a proof, and has it published. */
export function timed<T>(step: Step | BehaviourStep, use: () => Promise<T>): Promise<T> {
  return steps.tracePromise(use, { step });
}
