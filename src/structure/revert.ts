import { compare, type StructureDifference } from './compare.ts';
import type { Property, StructureObject, StructurePart } from './model.ts';

/**
 * A description without some of its differences from an earlier one: those are as they were.
 * @param reverted whether a difference is to be undone
 */
export function revert(
  before: readonly StructureObject[],
  after: readonly StructureObject[],
  reverted: (difference: StructureDifference) => boolean,
): StructureObject[] {
  const differences = compare(before, after).filter(reverted);
  const undone = differences.reduce((objects, one) => undo(before, objects, one), [...after]);
  // A line of an object that is always there is written only where it says something.
  const touched = new Set(differences.map(({ object }) => keyOf(object)));
  const was = new Set(before.map(keyOf));
  return undone.filter(
    (object) =>
      !touched.has(keyOf(object)) || was.has(keyOf(object)) || object.properties.length > 0 || object.parts.length > 0,
  );
}

/** One difference undone in the objects that have it. */
function undo(
  before: readonly StructureObject[],
  objects: readonly StructureObject[],
  difference: StructureDifference,
): StructureObject[] {
  const { object, part, property, change } = difference;
  const was = before.find((one) => keyOf(one) === keyOf(object));
  if (!part && !property) return change === 'added' ? without(objects, object) : withOld(objects, before, object);
  // Of an object that is always there, the other description has no line.
  const is = objects.find((one) => keyOf(one) === keyOf(object)) ?? { ...object, properties: [], parts: [] };
  const old = was ?? { ...object, properties: [], parts: [] };
  const again = { ...is, ...undoneIn(old, is, difference) };
  return objects.some((one) => keyOf(one) === keyOf(again))
    ? objects.map((one) => (keyOf(one) === keyOf(again) ? again : one))
    : withOld(objects, before, again);
}

function undoneIn(
  was: StructureObject,
  is: StructureObject,
  { part, property, change }: StructureDifference,
): Partial<StructureObject> {
  if (property?.name === 'order of columns') return { parts: inOrderOf(was.parts, is.parts) };
  if (!part) return { properties: propertiesAgain(was.properties, is.properties, property) };
  if (!property) return { parts: change === 'added' ? without(is.parts, part) : withOld(is.parts, was.parts, part) };
  const old = was.parts.find((one) => keyOf(one) === keyOf(part));
  return {
    parts: is.parts.map((one) =>
      keyOf(one) === keyOf(part)
        ? { ...one, properties: propertiesAgain(old?.properties ?? [], one.properties, property) }
        : one,
    ),
  };
}

/** Privileges are one difference together; of any other property, it is put where its old neighbour is. */
function propertiesAgain(
  was: readonly Property[],
  is: readonly Property[],
  property: StructureDifference['property'],
): readonly Property[] {
  if (!property?.name && was.some(({ name }) => name === 'ALL') !== is.some(({ name }) => name === 'ALL')) return was;
  const rest = is.filter((one) => !sameProperty(one, property?.is));
  if (!property?.was) return rest;
  const neighbours = was
    .slice(
      0,
      was.findIndex((one) => sameProperty(one, property.was)),
    )
    .reverse();
  const place = neighbours.map((old) => rest.findIndex((one) => one.name === old.name)).find((at) => at >= 0) ?? -1;
  return rest.toSpliced(place + 1, 0, property.was);
}

const sameProperty = (one: Property, other: Property | undefined): boolean =>
  one.name === other?.name && one.value === other.value;

const keyOf = ({ kind, name }: StructurePart): string => `${kind} ${name}`;

function without<T extends StructurePart>(items: readonly T[], item: StructurePart): T[] {
  return items.filter((one) => keyOf(one) !== keyOf(item));
}

/** The items with one that is put after the nearest that stood before it. */
function withOld<T extends StructurePart>(items: readonly T[], old: readonly T[], item: T): T[] {
  const neighbours = old
    .slice(
      0,
      Math.max(
        old.findIndex((one) => keyOf(one) === keyOf(item)),
        0,
      ),
    )
    .reverse();
  const places = neighbours.map((one) => items.findIndex((other) => keyOf(other) === keyOf(one)));
  return items.toSpliced((places.find((at) => at >= 0) ?? -1) + 1, 0, item);
}

function inOrderOf<T extends StructurePart>(was: readonly T[], is: readonly T[]): T[] {
  const order = new Map(was.map((one, place) => [keyOf(one), place]));
  const known = is.filter((one) => order.has(keyOf(one)));
  const sorted = known.toSorted((one, other) => (order.get(keyOf(one)) ?? 0) - (order.get(keyOf(other)) ?? 0));
  return is.map((one) => (order.has(keyOf(one)) ? (sorted.shift() ?? one) : one));
}
