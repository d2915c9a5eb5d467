import type { Persona, Value } from '../access/model.ts';
import { idsOf } from '../access/sets/ids.ts';

/** The values by which personas are known in rows, each with the persona's name, in the order of personas. */
export type People = ReadonlyMap<string, string>;

/** The claims that only one persona has; the name of a role is no id. */
export function peopleOf(personas: readonly Persona[]): People {
  const roles = new Set(personas.map(({ role }) => role));
  const ids = [...idsOf(personas)].flatMap(([name, texts]) => texts.map((text) => [text, name] as const));
  return new Map(ids.filter(([text]) => !roles.has(text)));
}

/** The persona whose id a value is. */
export const personOf = (people: People, value: Value | undefined): string | undefined =>
  typeof value === 'string' ? people.get(value) : undefined;
