import { z } from 'zod';
import { path, type Settings } from '../settings.ts';

/** Where the invariants of a database are. */
export const invariantsSettings = z.strictObject({
  /** The folder of the queries: one SQL file for each invariant, named by its id. */
  folder: path,
});

export type InvariantsSettings = Settings<typeof invariantsSettings>;
