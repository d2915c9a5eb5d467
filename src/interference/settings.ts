import { z } from 'zod';
import type { AccessSettings } from '../access/settings.ts';
import { name, type Settings } from '../settings.ts';

/** An answer that is meant to depend on rows or columns that its caller may not see. */
const dependency = z.strictObject({
  /** The functions and relations whose answer it is, as the access spec names them; every one when it is left out. */
  of: z.array(name).min(1).optional(),
  /** The tables on whose rows it depends, as `schema.table`. */
  on: z.array(name).min(1),
  /** The personas who may learn it, as in "admin, moderator"; everybody when it is left out. */
  for: name.optional(),
  /** Why that is as it should be. */
  why: name,
});

/** The answers that depend on what their callers may not see, and are meant to. */
export const interferenceSettings = z.strictObject({
  dependencies: z.array(dependency).optional(),
});

/** The answers that are meant to depend on what their callers may not see. */
export type Dependencies = NonNullable<Settings<typeof interferenceSettings>['dependencies']>;
export type Dependency = Dependencies[number];

/** Everything of the configuration that asking in other worlds takes. */
export type InterferenceSettings = Pick<AccessSettings, 'personas' | 'access' | 'world'> &
  Partial<Pick<AccessSettings, 'calls'>> & { readonly dependencies?: Dependencies | undefined };
