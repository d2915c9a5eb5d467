import type { GraphQLSchema } from 'graphql';
import { type Derivation, derive } from '../derived/derive.ts';

/** Whether an element of a schema is new, gone, or another one. */
export type Happening = 'added' | 'removed' | 'changed';

/** A schema before and after a change. */
export interface Sides {
  readonly before: Derivation;
  readonly after: Derivation;
  /** Types and their members that are gone, by what they say without their names. */
  readonly removed: Likenesses;
  /** Types and their members that are new, in the same way. */
  readonly added: Likenesses;
}

/** The text of an element → the paths of those that have it. */
type Likenesses = ReadonlyMap<string, readonly string[]>;

/** Both schemas, with what is derived in each. */
export function sidesOf(old: GraphQLSchema, current: GraphQLSchema): Sides {
  const [before, after] = [derive(old), derive(current)];
  return { before, after, removed: onlyIn(before, after), added: onlyIn(after, before) };
}

function onlyIn(one: Derivation, other: Derivation): Likenesses {
  const paths = [...one.view.elements.keys()].filter((path) => !other.view.elements.has(path));
  return Map.groupBy(
    paths.filter((path) => path.split('.').length <= 2),
    (path) => likeness(one, path),
  );
}

/** Where an element is and what it says, with all it has, but for its own name. */
export function likeness({ view, has }: Derivation, path: string): string {
  const [parent = '', member] = path.split('.');
  const own = (view.elements.get(path) ?? '').replace(member ?? parent, '');
  return [member ? parent : '', own, ...has(path).map((name) => view.elements.get(`${path}.${name}`))].join('\n');
}

/** Tells what happened to an element; undefined where neither schema has it. */
export function happeningTo({ before, after }: Sides, path: string): Happening | undefined {
  const [was, is] = [before.view.elements.has(path), after.view.elements.has(path)];
  if (was && is) return 'changed';
  return was ? 'removed' : is ? 'added' : undefined;
}

/** The schema that has an element, the later one where both do. */
export const sideOf = ({ before, after }: Sides, happening: Happening): Derivation =>
  happening === 'removed' ? before : after;
