import type { Property, StructureObject, StructurePart } from './model.ts';

/** One difference between two descriptions. */
export interface StructureDifference {
  readonly object: StructureObject;
  /** The part of the object that is concerned; undefined for the object itself. */
  readonly part?: StructurePart;
  /** A property that both have, or one of them; undefined when object or part is there once only. */
  readonly property?: { readonly name: string; readonly was?: Property; readonly is?: Property };
  readonly change: 'added' | 'dropped' | 'changed';
}

/** Everything in which two descriptions differ, in their order; what was added or dropped is one difference. */
export function compare(before: readonly StructureObject[], after: readonly StructureObject[]): StructureDifference[] {
  return paired(before, after).flatMap(([one, other]): StructureDifference[] => {
    const [was, is] = [one ?? alwaysThere(other), other ?? alwaysThere(one)];
    if (!was || !is) return alone(was, is, (object) => ({ object }));
    return [
      ...compareProperties(was, is).map((property) => ({ object: is, property, change: 'changed' as const })),
      ...orderChange(was, is),
      ...paired(was.parts, is.parts).flatMap(([partWas, partIs]): StructureDifference[] => {
        if (!partWas || !partIs) return alone(partWas, partIs, (part) => ({ object: is, part }));
        const whole = [partWas, partIs].some(({ properties }) => properties.some(({ name }) => name === 'ALL'));
        if (partIs.kind === 'grant to' && whole) return compareGrants(is, partWas, partIs);
        return compareProperties(partWas, partIs).map((property) => ({
          object: is,
          part: partIs,
          property,
          change: 'changed' as const,
        }));
      }),
    ];
  });
}

function alone<T>(
  was: T | undefined,
  is: T | undefined,
  of: (one: T) => Omit<StructureDifference, 'change'>,
): StructureDifference[] {
  if (is) return [{ ...of(is), change: 'added' }];
  return was ? [{ ...of(was), change: 'dropped' }] : [];
}

/** Objects that exist without a line: a line says only what somebody changed. */
function alwaysThere(object: StructureObject | undefined): StructureObject | undefined {
  const always = ['database', 'language', 'parameter', 'default privileges for'];
  return object && always.includes(object.kind) ? { ...object, properties: [], parts: [] } : undefined;
}

/** ALL is compared with what else is there as one: which privileges it is depends on the version of the server. */
function compareGrants(object: StructureObject, was: StructurePart, is: StructurePart): StructureDifference[] {
  const [before, after] = [was, is].map(
    ({ properties }): Property => ({ name: properties.map(privilegeText).join(', '), value: null }),
  );
  if (!before || !after || before.name === after.name) return [];
  return [{ object, part: is, property: { name: '', was: before, is: after }, change: 'changed' }];
}

export const privilegeText = ({ name, value }: Property): string => [name, value].filter(Boolean).join(' ');

/** Kinds whose order means something: the columns of a table and the fields of a type. */
function orderChange(was: StructureObject, is: StructureObject): StructureDifference[] {
  const namesIn = ({ parts }: StructureObject, other: StructureObject): string[] =>
    parts
      .filter(({ kind, name }) => isOrdered(kind) && other.parts.some((one) => one.kind === kind && one.name === name))
      .map(({ name }) => name);
  const [before, after] = [namesIn(was, is).join(', '), namesIn(is, was).join(', ')];
  if (before === after) return [];
  const asProperty = (value: string): Property => ({ name: 'order of columns', value });
  return [
    {
      object: is,
      property: { name: 'order of columns', was: asProperty(before), is: asProperty(after) },
      change: 'changed',
    },
  ];
}

const isOrdered = (kind: string): boolean => kind === 'column' || kind === 'field';

function compareProperties(was: StructurePart, is: StructurePart): NonNullable<StructureDifference['property']>[] {
  const [before, after] = [byKey(was.properties), byKey(is.properties)];
  return [...new Set([...after.keys(), ...before.keys()])]
    .filter((key) => before.get(key)?.value !== after.get(key)?.value || before.has(key) !== after.has(key))
    .map((key) => {
      const [one, other] = [before.get(key), after.get(key)];
      return { name: (other ?? one)?.name ?? '', ...(one ? { was: one } : {}), ...(other ? { is: other } : {}) };
    });
}

/** A privilege on a table and the same on columns of it are two things. */
const byKey = (properties: readonly Property[]): Map<string, Property> =>
  new Map(
    properties.map((one) => [
      `${one.name}${/^[A-Z]/.test(one.name) && one.value?.startsWith('(') ? ' columns' : ''}`,
      one,
    ]),
  );

/** Both lists by kind and name: what only one has stands where it is there. */
function paired<T extends StructurePart>(before: readonly T[], after: readonly T[]): [T | undefined, T | undefined][] {
  const key = ({ kind, name }: T): string => `${kind} ${name}`;
  const was = new Map(before.map((one) => [key(one), one]));
  const is = new Map(after.map((one) => [key(one), one]));
  return [...new Set([...after.map(key), ...before.map(key)])].map((one) => [was.get(one), is.get(one)]);
}
