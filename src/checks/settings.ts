import { z } from 'zod';
import { name, relationName, type Settings } from '../settings.ts';
import { CHECKS } from './all.ts';

/** An object that a check would report, and why it is intended. */
const exemption = z.strictObject({
  /** The id of the check. */
  check: z.enum(CHECKS.map(({ id }) => id)),
  /** The object as the finding names it. */
  object: name,
  reason: name,
});

/** The schemas that the checks examine, and the exemptions. */
export const checksSettings = z
  .strictObject({
    schemas: z.array(name).min(1),
    /** Schemas that clients reach in addition to the API's: rules for the API apply to them too. */
    offered: z.array(name).optional(),
    /** The schema of functions that need more rights than their callers have; it is not part of the API. */
    private: name,
    /**
     * The schemas that PostgREST exposes, and what clients embed by it: `schema.relation` → what they write, such as
     * `channels` or `channels!videos_channel_id_fkey` → whether they read one row or many. Without it, nothing that only
     * PostgREST's clients notice is checked.
     */
    postgrest: z
      .strictObject({
        schemas: z.array(name).min(1),
        embeddings: z.record(relationName, z.record(name, z.enum(['one', 'many']))).optional(),
      })
      .optional(),
    exempt: z.array(exemption),
  })
  .refine((settings) => settings.schemas.includes(settings.private), {
    path: ['private'],
    message: 'must be among `ruled.schemas`',
  })
  .refine(({ schemas, postgrest }) => postgrest?.schemas.every((schema) => schemas.includes(schema)) ?? true, {
    path: ['postgrest', 'schemas'],
    message: 'must be among `ruled.schemas`',
  })
  .refine(({ schemas, offered = [] }) => offered.every((schema) => schemas.includes(schema)), {
    path: ['offered'],
    message: 'must be among `ruled.schemas`',
  });

export type Ruled = Settings<typeof checksSettings>;
export type Exemption = Settings<typeof exemption>;
