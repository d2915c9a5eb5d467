import type { Origin } from '../derived/model.ts';
import { renamedFrom } from './renames.ts';
import { type Happening, happeningTo, type Sides, sideOf } from './sides.ts';

/** The common cause of several changes. */
export interface Cause {
  /** The element; of indexes and keys the type of the rows. */
  readonly path: string;
  /** The same for all that has the same cause. */
  readonly text: string;
}

/**
 * The cause of a change of a derived element.
 * @param changed the paths of all changes
 * @returns undefined where the change says something by itself
 */
export function causeOf(sides: Sides, changed: ReadonlySet<string>, path: string): Cause | undefined {
  const happening = happeningTo(sides, path);
  if (!happening) return undefined;
  const side = sideOf(sides, happening);
  const origin = side.derived.get(path);
  if (!origin || (happening === 'changed' && !sides.before.derived.has(path))) return undefined;
  const mutation = origin.mutation && `${side.view.schema.getMutationType()?.name}.${origin.mutation}`;
  // That a role can do something is read by itself, although the rule says how.
  if (path === mutation) return undefined;
  const alsoHappened = (element: string): boolean =>
    happening === 'changed' ? changed.has(element) : happeningTo(sides, element) === happening;
  if (happening !== 'changed') {
    if (origin.type !== '' && alsoHappened(origin.type)) return elementCause(sides, 'type', origin.type, happening);
    if (mutation && alsoHappened(mutation)) return elementCause(sides, 'mutation', mutation, happening);
  }
  if (origin.column !== undefined && alsoHappened(`${origin.type}.${origin.column}`)) {
    return elementCause(sides, 'column', `${origin.type}.${origin.column}`, happening);
  }
  return happening === 'changed' ? undefined : ruleCause(origin, happening);
}

const WORDS = { added: 'new', removed: 'removed', changed: 'changed' } as const;

function elementCause(sides: Sides, kind: 'type' | 'mutation' | 'column', path: string, happening: Happening): Cause {
  const { before, after } = renamedFrom(sides, path, happening);
  const name = (element: string): string => (kind === 'mutation' ? element.slice(element.indexOf('.') + 1) : element);
  if (before === after) return { path, text: `the ${WORDS[happening]} ${kind} ${name(path)}` };
  return { path: before, text: `the ${kind} ${name(before)}, which seems to be ${name(after)} now` };
}

function ruleCause({ by, type, key }: Origin, happening: 'added' | 'removed'): Cause | undefined {
  if (by === 'index') {
    return { path: type, text: happening === 'added' ? `a new index on ${type}` : `an index on ${type} that is gone` };
  }
  if (by !== 'key') return undefined;
  return { path: type, text: `the ${WORDS[happening]} key of ${type}${key ? ` (${key})` : ''}` };
}
