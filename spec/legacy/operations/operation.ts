import type { Parameters } from './parameters.ts';

/** Who sends it: a browser where somebody is signed in, one where nobody is, or an edge function. */
export type Sender = 'user' | 'anon' | 'service';

/** One request of the app: one statement, in a transaction of its own, as PostgREST sends it. */
export interface Step {
  /** Names no schema: it means whatever the search path says, `public` or `legacy_api`. */
  readonly sql: string;
  /** What stands for $1, $2, …: parameters by name. */
  readonly values?: readonly (keyof Parameters)[];
  /** The parameter that becomes the `id` of the first row, for the steps that follow. */
  readonly keep?: keyof Parameters;
  /** Only when the step before it found, or changed, no row. */
  readonly ifNone?: true;
  /** Whether the statement says in which order its rows come. */
  readonly ordered?: true;
}

/** Something that the app does, as it does it against the legacy schema. */
export interface Operation {
  readonly name: string;
  readonly as: Sender;
  /** Whether it leaves something changed. */
  readonly writes: boolean;
  readonly steps: readonly Step[];
}

/** Operations that only read, by name. */
export function reads(as: Sender, lines: Readonly<Record<string, readonly Step[]>>): Operation[] {
  return Object.entries(lines).map(([name, steps]) => ({ name, as, writes: false, steps }));
}

/** Operations that change something, by name. */
export function writes(as: Sender, lines: Readonly<Record<string, readonly Step[]>>): Operation[] {
  return Object.entries(lines).map(([name, steps]) => ({ name, as, writes: true, steps }));
}
