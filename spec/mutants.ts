import type { Config } from '../src/index.ts';
import { equivalent } from './mutants/equivalent.ts';
import { killedBy } from './mutants/killed-by.ts';

/** Mutants that no probe of the proof notices, each for a reason or with the test that does (docs/mutate.md). */
export const mutants: NonNullable<Config['mutants']> = { equivalent, killedBy };
