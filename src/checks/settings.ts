import { z } from 'zod';
import { name, type Settings } from '../settings.ts';
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
