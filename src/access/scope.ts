import type { Persona } from './model.ts';
import type { SeededWorld } from './seeded.ts';
import type { Subject } from './subject.ts';

/** The part of a proof that is wanted; what is left out is not narrowed. */
export interface ProbeScope {
  /** Relations, as the configuration names them: `schema.table`. */
  readonly relations?: ReadonlySet<string>;
  /** Functions, by signature. */
  readonly functions?: ReadonlySet<string>;
  /** Names of the personas who are asked. */
  readonly personas?: ReadonlySet<string>;
  /** Whether privileges on schemas and sequences are tried too. */
  readonly objects?: boolean;
}

/** Narrows a proof's subject and rows to a scope: the catalog stays as it is, and so does the world. */
export function withinScope(
  subject: Subject,
  seeded: SeededWorld,
  personas: readonly Persona[],
  { relations, functions, personas: names, objects = true }: ProbeScope,
): { readonly subject: Subject; readonly rows: SeededWorld['rows']; readonly asked: readonly Persona[] } {
  const isWanted = ({ id }: { readonly id: string }): boolean => relations?.has(id) ?? true;
  const wanted = subject.relations.filter(isWanted);
  return {
    subject: {
      ...subject,
      relations: wanted,
      functions: subject.functions.filter(({ signature }) => functions?.has(signature) ?? true),
      keys: new Map([...subject.keys].filter(([id]) => relations?.has(id) ?? true)),
      schemas: objects ? subject.schemas : [],
      sequences: objects ? subject.sequences : [],
    },
    rows: seeded.rows.filter(({ relation }) => isWanted(relation)),
    asked: personas.filter(({ name }) => names?.has(name) ?? true),
  };
}
