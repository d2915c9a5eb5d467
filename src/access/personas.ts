import type { Persona } from './model.ts';
import type { AccessSettings } from './settings.ts';

/** The personas as a list, in the order in which they are declared. */
export function personasOf({ personas }: Pick<AccessSettings, 'personas'>): Persona[] {
  return Object.entries(personas).map(([name, { role, settings = {} }]) => ({ name, role, settings }));
}
