import { z } from 'zod';
import { accessMistakes } from '../access/mistakes.ts';
import { accessSettings } from '../access/settings.ts';
import { accountingSettings, legacyMistakes } from '../accounting/settings.ts';
import { checksSettings } from '../checks/settings.ts';
import { plansSettings } from '../plans/settings.ts';
import { rehearsalMistakes, rehearsalSettings } from '../rehearsal/settings.ts';
import { layoutSettings } from '../report/settings.ts';
import { scaleSettings } from '../scale/settings.ts';

const name = z.string().min(1);
const file = z.string().min(1);
const shape = z.strictObject({
  name,
  database: z.strictObject({ name, folder: file, extensions: z.array(name) }),
  api: z.array(name).min(1),
  ruled: checksSettings,
  proven: accessSettings.shape.proven,
  roles: z.array(name).min(1),
  personas: accessSettings.shape.personas,
  access: accessSettings.shape.access,
  functions: accessSettings.shape.functions,
  privileges: accessSettings.shape.privileges,
  calls: accessSettings.shape.calls,
  world: accessSettings.shape.world,
  queries: plansSettings.optional(),
  legacy: z
    .strictObject({
      schema: z.array(file),
      load: z.custom<unknown>((value) => typeof value === 'function', 'must be a function'),
      ...accountingSettings.shape,
      ...rehearsalSettings.shape,
      restoring: z
        .strictObject({
          from: name,
          through: name,
          definitions: z.string(),
          before: file,
          sections: z.array(file).min(1),
          after: file,
        })
        .optional(),
    })
    .optional(),
  // Its parts are SQL, which only a database can judge.
  online: z.custom<unknown>((value) => typeof value === 'object', 'must be an object').optional(),
  distribution: scaleSettings.optional(),
  layout: layoutSettings.optional(),
  snapshots: file,
  types: file,
});

/** Every mistake in a configuration, each with the path at which it stands and what is expected there. */
export function mistakesIn(config: unknown): string[] {
  const parsed = shape.safeParse(config);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'default export'}: ${message}`);
  const { legacy } = parsed.data;
  return [...accessMistakes(parsed.data), ...(legacy ? [...legacyMistakes(legacy), ...rehearsalMistakes(legacy)] : [])];
}
