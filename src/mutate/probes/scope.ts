import type { ProbedRow } from '../../access/seed.ts';
import type { AccessSettings } from '../../access/settings.ts';
import { byFunction } from '../../access/signatures.ts';
import type { Subject } from '../../access/subject.ts';
import type { Relation } from '../../catalog/relations.ts';
import type { MutantScope } from '../probe.ts';

/** The scope of a probe that looks at everything at once. */
export const everything = (distance: number): MutantScope => ({
  key: 'everything',
  relations: [],
  functions: [],
  distance,
});

/** The subject without the relations and functions that are outside of the scope. */
export function subjectIn(subject: Subject, { relations, functions }: MutantScope): Subject {
  const isAsked = ({ id }: Relation): boolean => relations.includes(id);
  return {
    ...subject,
    relations: subject.relations.filter(isAsked),
    functions: subject.functions.filter(({ signature }) => functions.includes(signature)),
    catalog: { ...subject.catalog, relations: withBases(subject.catalog.relations, isAsked) },
  };
}

/** The rows of the world that are in the scope. */
export const rowsIn = (rows: readonly ProbedRow[], { relations }: MutantScope): readonly ProbedRow[] =>
  rows.filter(({ relation }) => relations.includes(relation.id));

/** These relations, their partitions, and what views among them read. */
function withBases(all: readonly Relation[], isAsked: (relation: Relation) => boolean): readonly Relation[] {
  const found = new Set(all.filter(isAsked));
  for (const relation of found)
    for (const other of all)
      if (relation.reads.includes(other.sql) || other.partitionOf === relation.id) found.add(other);
  return [...found];
}

/** What is declared of relations and functions, without what is outside of the scope. */
export function declaredIn(
  settings: AccessSettings,
  { functions }: Subject,
  { relations, functions: asked }: MutantScope,
): AccessSettings {
  const ofFunctions = <T>(lines: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      byFunction(lines, functions).flatMap((line) =>
        line.function && asked.includes(line.function.signature) ? [[line.key, line.value]] : [],
      ),
    );
  return {
    ...settings,
    access: only(settings.access, (name) => relations.includes(name)),
    functions: ofFunctions(settings.functions),
    calls: ofFunctions(settings.calls ?? {}),
    tells: only(settings.tells ?? {}, (name) => relations.some((relation) => name.startsWith(`${relation} (`))),
  };
}

const only = <T>(lines: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(lines).filter(([name]) => wanted(name)));
