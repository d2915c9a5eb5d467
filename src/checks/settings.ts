import { z } from 'zod';
import { name, type Settings } from '../settings.ts';
import { CHECKS } from './all.ts';

/** Something that a check would find, and why it is meant. */
const exemption = z.strictObject({
  /** The id of the check. */
  check: z.enum(CHECKS.map(({ id }) => id)),
  /** The object as the finding names it. */
  object: name,
  reason: name,
});

/** Which schemas the checks hold, and what they let pass. */
export const checksSettings = z
  .strictObject({
    schemas: z.array(name).min(1),
    /** Those that clients reach besides the API's: what holds for the API's holds for them. */
    offered: z.array(name).optional(),
    /** The one for what needs more rights than its callers have: no part of the API. */
    private: name,
    exempt: z.array(exemption),
  })
  .refine((settings) => settings.schemas.includes(settings.private), {
    path: ['private'],
    message: 'must be among `ruled.schemas`',
  })
  .refine(({ schemas, offered = [] }) => offered.every((schema) => schemas.includes(schema)), {
    path: ['offered'],
    message: 'must be among `ruled.schemas`',
  });

export type Ruled = Settings<typeof checksSettings>;
export type Exemption = Settings<typeof exemption>;
