import type { Persona } from '../../access/model.ts';
import type { StateFacts } from '../facts.ts';

/** The personas of a state, by name. */
export interface Callers {
  /** Whether no row belongs to them. */
  isOutsider(name: string): boolean;
  persona(name: string): Persona | undefined;
}

export function callersOf({ personas, outsiders }: Pick<StateFacts, 'personas' | 'outsiders'>): Callers {
  return {
    isOutsider: (name) => outsiders.includes(name),
    persona: (name) => personas.find((persona) => persona.name === name),
  };
}
