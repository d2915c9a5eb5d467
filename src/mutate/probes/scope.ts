import type { Persona } from '../../access/model.ts';
import { withinScope } from '../../access/scope.ts';
import type { ProbedRow } from '../../access/seed.ts';
import type { AccessSettings } from '../../access/settings.ts';
import { byFunction } from '../../access/signatures.ts';
import type { Subject } from '../../access/subject.ts';
import type { DatabaseFunction } from '../../catalog/functions.ts';
import type { Relation } from '../../catalog/relations.ts';
import type { Affected } from '../dependents.ts';
import type { MutantScope } from '../probe.ts';
import type { MutantWorld } from '../session.ts';

/** The scope of a probe that looks at everything at once. */
export const everything = (distance: number): MutantScope => ({
  key: 'everything',
  relations: [],
  functions: [],
  distance,
});

/** The subject of a probe of access in a scope: the subject and the rows of the world without what is outside of it. */
export function within(
  world: MutantWorld,
  personas: readonly Persona[],
  scope: MutantScope,
): { readonly subject: Subject; readonly rows: readonly ProbedRow[] } {
  const [relations, functions] = [new Set(scope.relations), new Set(scope.functions)];
  const { subject, rows } = withinScope(world.subject, world, personas, { relations, functions, objects: false });
  const { catalog } = subject;
  const asked = withBases(catalog.relations, ({ id }) => relations.has(id));
  return { rows, subject: { ...subject, catalog: { ...catalog, relations: asked } } };
}

/** These relations, their partitions, and what views among them read. */
function withBases(all: readonly Relation[], isAsked: (relation: Relation) => boolean): readonly Relation[] {
  const found = new Set(all.filter(isAsked));
  for (const relation of found)
    for (const other of all)
      if (relation.reads.includes(other.sql) || other.partitionOf === relation.id) found.add(other);
  return [...found];
}

/** All that is declared of relations and functions, without what is outside of the scope. */
export function declaredIn(
  settings: AccessSettings,
  { functions }: Subject,
  { relations, functions: asked }: MutantScope,
): AccessSettings {
  return {
    ...settings,
    access: only(settings.access, (name) => relations.includes(name)),
    functions: ofFunctions(settings.functions, functions, asked),
    calls: ofFunctions(settings.calls ?? {}, functions, asked),
    tells: only(settings.tells ?? {}, (name) => relations.some((relation) => name.startsWith(`${relation} (`))),
  };
}

/** The lines about functions, of those of these signatures alone. */
export const ofFunctions = <T>(
  lines: Readonly<Record<string, T>>,
  functions: readonly DatabaseFunction[],
  asked: readonly string[],
): Record<string, T> =>
  Object.fromEntries(
    byFunction(lines, functions).flatMap((line) =>
      line.function && asked.includes(line.function.signature) ? [[line.key, line.value]] : [],
    ),
  );

const only = <T>(lines: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(lines).filter(([name]) => wanted(name)));

/** A scope for each relation or function that is affected. */
export const scopesOf = (affected: readonly Affected[], wanted: Affected['kind']): MutantScope[] =>
  affected
    .filter(({ kind }) => kind === wanted)
    .map(({ id, distance }) => ({
      key: id,
      relations: wanted === 'relation' ? [id] : [],
      functions: wanted === 'function' ? [id] : [],
      distance,
    }));
