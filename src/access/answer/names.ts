import type { Relation } from '../../catalog/relations.ts';
import { AccessError } from '../error.ts';
import type { Persona } from '../model.ts';
import { partsOf } from '../names.ts';
import { nearest } from './nearest.ts';

/**
 * The relation that a name stands for: with its schema, or without one where the API schemas have one relation of that name,
 * or else all of the proven schemas together.
 * @param api the schemas in which a name is looked for first
 * @throws AccessError with the near names when there is none, and with the candidates when there are several
 */
export function relationNamed(name: string, relations: readonly Relation[], api: readonly string[]): Relation {
  const id = partsOf(name)?.join('.') ?? name;
  const exact = relations.find((relation) => relation.id === id);
  if (exact) return exact;
  const alike = relations.filter((relation) => relation.name === name);
  const offered = alike.filter(({ schema }) => api.includes(schema));
  const candidates = offered.length > 0 ? offered : alike;
  const [only] = candidates;
  if (only && candidates.length === 1) return only;
  if (only)
    throw new AccessError(
      `${JSON.stringify(name)} names ${candidates.length} relations: ${candidates.map((one) => one.id).join(', ')}. Write the schema too.`,
    );
  const near = nearest(
    name,
    relations.map((relation) => [relation.id, id.includes('.') ? relation.id : relation.name]),
  );
  throw new AccessError(
    `There is no table or view ${JSON.stringify(name)} in the proven schemas. ${near.length > 0 ? `Near it: ${near.join(', ')}.` : 'Add its schema to `proven`, or correct the name.'}`,
  );
}

/**
 * The persona of that name.
 * @throws AccessError with the near names, and all others
 */
export function personaNamed(name: string, personas: readonly Persona[]): Persona {
  const persona = personas.find((candidate) => candidate.name === name);
  if (persona) return persona;
  const names = personas.map((candidate) => candidate.name);
  const near = nearest(
    name,
    names.map((one) => [one, one]),
  );
  throw new AccessError(
    `There is no persona ${JSON.stringify(name)}. ${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}The personas are: ${names.join(', ')}.`,
  );
}
