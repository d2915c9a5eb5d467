import { z } from 'zod';
import { name, type Settings } from '../settings.ts';
import { parseChanges } from './declared.ts';

/** The changes that functions, and statements on tables, make beyond what the access spec lets their callers change. */
export const functionsSettings = z.strictObject({
  /**
   * For each function, or statement on a table (`delete app.members`): whose rows of which tables a call may change that
   * the caller may not change by the access spec, as "app.members of others, app.log of nobody", and the
   * reason. `own` are rows of the caller, `shared` those that are somebody else's too, `others` those of somebody else, `nobody` those that belong to nobody. A line
   * that no call needs deviates.
   */
  effects: z.record(name, z.strictObject({ changes: name, why: name })).optional(),
});

export type FunctionsSettings = Settings<typeof functionsSettings>;
export type EffectsSpec = NonNullable<FunctionsSettings['effects']>;

/** Every mistake in the text of a line; whether there is such a function is seen in the database. */
export function* functionsMistakes({ effects = {} }: FunctionsSettings): Iterable<string> {
  for (const [key, { changes }] of Object.entries(effects))
    if (!parseChanges(changes))
      yield `effects.${key}.changes: ${JSON.stringify(changes)} is not a list such as "app.members of others, app.log of nobody"`;
}
