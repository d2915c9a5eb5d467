import type { Calls, Value } from './settings.ts';

/**
 * The argument lists with which a persona calls a function: those of its own, and those of everybody; none where nothing
 * is configured.
 * @param given a line of `calls`
 */
export function argumentLists(given: Calls[string] | undefined, persona: string): (readonly Value[])[] {
  if (given === undefined) return [];
  if (!('everybody' in given || 'personas' in given)) return [given as readonly Value[]];
  return [...(given.personas?.[persona] ?? []), ...(given.everybody ?? [])];
}

/** Every argument list of a line of `calls`. */
export function allLists(given: Calls[string]): (readonly Value[])[] {
  if (!('everybody' in given || 'personas' in given)) return [given as readonly Value[]];
  return [...(given.everybody ?? []), ...Object.values(given.personas ?? {}).flat()];
}
