import { z } from 'zod';
import { name } from '../settings.ts';

/** The findings for which a review can end with exit code 1. */
export const REFUSALS = ['undeclared opening', 'undeclared loss', 'failing migration', 'colliding migrations'] as const;

/** When a change must not be merged, and for whom an opening is worst. */
export const reviewSettings = z.strictObject({
  /** The findings that refuse a change; all of them where nothing is said. Those of the base count, not those of the change. */
  refuse: z.array(z.enum(REFUSALS)).optional(),
  /** Personas to whom no row belongs; those named anon and stranger where nothing is said. */
  outsiders: z.array(name).optional(),
});

export type RefusalKind = (typeof REFUSALS)[number];
