import type { Config } from '../config/schema.ts';
import { tokenAt } from '../sql/tokens.ts';
import type { StructureDifference } from '../structure/compare.ts';
import { MIGRATOR, type StructureObject, type StructurePart } from '../structure/model.ts';
import { PLATFORM_OBJECTS } from '../supabase/hosted/platform.ts';
import { isGrantOfHost, isHostsObject } from './hosts-objects.ts';
import { isHostsRole } from './hosts-roles.ts';

const { schemas, roles, extensions, eventTriggers, functions, publications } = PLATFORM_OBJECTS;

/**
 * Whether a difference from the structure that is checked in is Supabase's own, for a project that runs there: what a new
 * project has before the first migration, and a plain server has not. A name alone never says so: an object is Supabase's
 * where a role of Supabase's owns it, and as far as nothing is in it that only the team adds. What the migrations depend on is
 * never among it: the attributes SUPERUSER and BYPASSRLS, memberships of the roles of requests, and everything in the
 * project's schemas.
 */
export function isHostsOwn({ supabase }: Pick<Config, 'supabase'>): (difference: StructureDifference) => boolean {
  return (difference) => supabase !== undefined && isSupabases(difference);
}

function isSupabases(difference: StructureDifference): boolean {
  const { object, part, property, change } = difference;
  const added = change === 'added' && part === undefined;
  if (part?.kind === 'grant to' && isGrantToHost(object, part)) return true;
  switch (object.kind) {
    case 'role':
      return isHostsRole(difference);
    case 'extension':
      return added && has(extensions) && ['extensions', ...schemas].includes(propertyOf(object, 'in') ?? '');
    case 'event trigger':
      return (
        added && has(eventTriggers) && functions.some((name) => propertyOf(object, 'function') === `extensions.${name}`)
      );
    case 'publication':
      return added && has(publications) && isEmptyPublication(object);
    case 'parameter':
      return part?.name === MIGRATOR;
    case 'default privileges for':
      return has(roles, ownerOfDefaults(object.name));
    case 'function':
      if (object.name.startsWith('extensions.'))
        return added && functions.some((name) => object.name === `extensions.${name}()`) && isCalledByEvents(object);
      break;
    case 'schema':
    case 'host schema':
      // On some projects schema extensions is Supabase's, too, and only an owner can comment.
      if (object.name === 'extensions' && isOwnedBy(object, roles))
        return property?.name === 'owner' || property?.name === 'comment';
  }
  // What a function of Supabase's does is another thing than what stands in for it on a plain server.
  if (object.kind === 'host function' && (part || property))
    return isOwnedBy(object, roles) && (part === undefined || change === 'dropped' || isGrantOfHost(part));
  if (object.kind.startsWith('host ') && property?.name === 'owner') return isOwnedBy(object, roles);
  return added && isOwnedBy(object, roles) && isHostsObject(object);

  function has(names: readonly string[], name = object.name): boolean {
    return isNamed(names, name);
  }
}

const isNamed = (names: readonly string[], name: string): boolean =>
  names.some((one) => name === one || name === `"${one}"`);

/** Whether one of these roles owns it. That the role of the migrations does is said nowhere, so it is none of them. */
const isOwnedBy = (object: StructureObject, names: readonly string[]): boolean =>
  isNamed(names, propertyOf(object, 'owner') ?? '');

const propertyOf = ({ properties }: StructureObject, property: string): string | undefined =>
  properties.find(({ name }) => name === property)?.value ?? undefined;

/** A grant on a schema, or on an object of the host's, to a role of the host's or to the one that migrates. */
function isGrantToHost(object: StructureObject, part: StructurePart): boolean {
  if (!object.kind.endsWith('schema') && !object.kind.startsWith('host ')) return false;
  return part.name === MIGRATOR || isNamed(roles, part.name);
}

/** Supabase's are called by event triggers alone, which no statement can do. */
const isCalledByEvents = (object: StructureObject): boolean =>
  propertyOf(object, 'returns') === 'event_trigger' && isOwnedBy(object, roles);

/** A new project publishes nothing but the messages of Realtime. */
const isEmptyPublication = ({ properties, parts }: StructureObject): boolean =>
  properties.every(({ name }) => name !== 'all tables' && name !== 'schemas') &&
  parts.every(({ name }) => name === 'realtime.messages');

/** The role in `tables of supabase_admin in public`; quoted where SQL needs it. */
function ownerOfDefaults(name: string): string {
  const rest = name.slice(name.indexOf(' of ') + ' of '.length);
  return rest.slice(0, tokenAt(rest, 0)?.end);
}
