import { z } from 'zod';
import { name, type Settings } from '../settings.ts';

/** Mutants that the proof need not notice, and why. */
export const mutantsSettings = z.strictObject({
  /** Mutants that change nothing that anybody could notice: an id, with `*` for any text → the reason. */
  equivalent: z.record(name, name).optional(),
  /** Mutants that a test of the repository notices: an id, with `*` for any text → `file: title of the test`. */
  killedBy: z.record(name, z.string().regex(/^[^:]+: .+$/s, 'must be written file: title of the test')).optional(),
});

export type MutantsSettings = Settings<typeof mutantsSettings>;
