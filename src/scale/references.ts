import type { DatabaseFunction } from '../catalog/functions.ts';
import { type References, referencesOfRoutine } from '../sql/references.ts';

/** The relations and functions that the functions of the schemas reference, directly and through each other. */
export interface FunctionReferences {
  /** The names in the statements of one function: relations that they may join, and functions. */
  of(routine: DatabaseFunction): References;
  /** The same of all functions of a name. */
  ofName(name: string): readonly References[];
  /** The relations that something reads or writes, by name and through the functions that it calls. */
  reached(references: References): ReadonlySet<string>;
}

/** `schema.name`: a call names all functions of that name. */
export const nameOf = ({ schema, name }: DatabaseFunction): string => `${schema}.${name}`;

/** Reads every function once. The parser must be loaded. */
export function functionReferences(functions: readonly DatabaseFunction[]): FunctionReferences {
  const byFunction = new Map(functions.map((routine) => [routine, referencesOfRoutine(routine)]));
  const byName = Map.groupBy(functions, nameOf);
  const ofName = (name: string): References[] =>
    (byName.get(name) ?? []).flatMap((routine) => byFunction.get(routine) ?? []);
  return {
    of: (routine) => byFunction.get(routine) ?? referencesOfRoutine(routine),
    ofName,
    reached(references) {
      const relations = new Set<string>();
      const called = new Set<string>();
      const waiting = [references];
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        for (const relation of next.relations) relations.add(relation);
        for (const name of next.functions) if (!called.has(name)) waiting.push(...ofName(name));
        for (const name of next.functions) called.add(name);
      }
      return relations;
    },
  };
}
