import type { NotEvaluated } from '../report/deviation.ts';
import type { Mutant } from './mutant.ts';

/** How a mutant ended. */
export interface MutantResult {
  readonly id: string;
  readonly outcome: 'killed' | 'survived' | 'not made';
  /** The probe that noticed it. */
  readonly by?: string;
  /** The same with its scope, as the key of a planned probe. */
  readonly plan?: string;
  /** The change that it noticed, in a line; of one that could not be made, the server's error. */
  readonly seen?: string;
  /** The probes that looked and noticed nothing, each with the number of its scopes. */
  readonly looked: readonly string[];
  /** All that was evaluated before the change and not after it. */
  readonly notEvaluated: readonly NotEvaluated[];
  /** How long it took, in ms. */
  readonly took: number;
}

/** A mutant and how it ended. */
export interface JudgedMutant {
  readonly mutant: Mutant;
  readonly result: MutantResult;
}
