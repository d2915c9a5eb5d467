import type { Config } from '../config/schema.ts';
import type { StructureDifference } from '../structure/compare.ts';
import { MIGRATOR, type Property, type StructureObject } from '../structure/model.ts';
import { PLATFORM_OBJECTS } from '../supabase/hosted/platform.ts';

/** Properties of a role that decide nothing about rows and privileges of the project. */
const OF_ROLES = ['no inherit', 'login', 'createrole', 'createdb', 'replication', 'connection limit'];

/** Settings of roles by which Supabase's programs limit and log their sessions. */
const LIMITS = [
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'log_statement',
  'pgaudit.log',
  'statement_timeout',
];

/**
 * Whether a difference from the structure that is checked in is Supabase's own, for a project that runs there: what a new
 * project has before the first migration, and a plain server has not. What the migrations depend on is never among it:
 * the attributes SUPERUSER and BYPASSRLS, memberships of the roles of requests, and everything in the project's schemas.
 */
export function isHostsOwn({ supabase }: Pick<Config, 'supabase'>): (difference: StructureDifference) => boolean {
  return (difference) => supabase !== undefined && isSupabases(difference);
}

function isSupabases({ object, part, property, change }: StructureDifference): boolean {
  const { schemas, callers, roles, extensions, eventTriggers, functions, publications } = PLATFORM_OBJECTS;
  const has = (names: readonly string[], name = object.name): boolean =>
    names.some((one) => name === one || name === `"${one}"`);
  const added = change === 'added' && part === undefined;
  if (part?.kind === 'grant to' && object.kind.endsWith('schema'))
    return has(roles, part.name) || part.name === MIGRATOR;
  switch (object.kind) {
    case 'role':
      if (property?.name === 'settings')
        return [property.was, property.is].every((one) =>
          areLimits(one, has(roles) ? [...LIMITS, 'search_path'] : LIMITS),
        );
      if (property) return has([...roles, ...callers]) && OF_ROLES.includes(property.name);
      return has(roles) && (added || part !== undefined);
    case 'extension':
      return added && has(extensions);
    case 'event trigger':
      return added && has(eventTriggers);
    case 'publication':
      return added && has(publications) && object.parts.length === 0;
    case 'parameter':
      return part?.name === MIGRATOR;
    case 'default privileges for':
      return roles.some((role) => object.name.split(' ').includes(role));
    case 'function':
      return added && functions.some((name) => object.name.startsWith(`extensions.${name}(`));
    case 'schema':
    case 'host schema':
      // On some projects schema extensions is Supabase's, too, and only an owner can comment.
      return (
        (added && has(schemas)) ||
        (object.name === 'extensions' &&
          isOwnedBy(object, roles) &&
          (property?.name === 'owner' || property?.name === 'comment'))
      );
    default:
      // A policy on a table of Supabase's is the team's.
      return added && object.parts.every(({ kind }) => kind !== 'policy') && isIn(schemas, object.name);
  }
}

const isOwnedBy = ({ properties }: StructureObject, names: readonly string[]): boolean =>
  properties.some(({ name, value }) => name === 'owner' && value !== null && names.includes(value));

const isIn = (schemas: readonly string[], name: string): boolean =>
  schemas.some((schema) => name.startsWith(`${schema}.`));

/** Whether all that a role sets is among these settings; a value that looks like another setting makes it false. */
function areLimits(property: Property | undefined, names: readonly string[]): boolean {
  const set = [...(property?.value ?? '').matchAll(/(?:^|, )([\w.]+) = '/g)].map(([, name]) => name ?? '');
  return set.every((name) => names.includes(name));
}
