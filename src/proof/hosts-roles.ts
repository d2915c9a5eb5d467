import { tokensIn } from '../sql/tokens.ts';
import type { StructureDifference } from '../structure/compare.ts';
import { MIGRATOR, type Property, type StructurePart } from '../structure/model.ts';
import { PLATFORM_OBJECTS } from '../supabase/hosted/platform.ts';

const { roles, callers, beyond } = PLATFORM_OBJECTS;

/** Properties of a role of Supabase's that decide nothing about rows and privileges of the project. */
const OF_HOST = ['no inherit', 'login', 'createrole', 'createdb', 'replication', 'connection limit'];

/** The same of a role of requests: it inherits on some projects, and owns and does nothing by itself. */
const OF_REQUESTS = ['no inherit', 'connection limit'];

/** Settings of roles by which Supabase's programs limit and log their sessions. */
const LIMITS = [
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'log_statement',
  'pgaudit.log',
  'statement_timeout',
];

/** Of what Supabase's roles are members. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  authenticator: callers,
  cli_login_postgres: [MIGRATOR],
  supabase_etl_admin: ['pg_monitor', 'pg_read_all_data'],
  supabase_read_only_user: ['pg_monitor', 'pg_read_all_data'],
  supabase_storage_admin: ['authenticator', ...callers],
};

/** Whether a difference of a role is Supabase's own: one of its roles as it makes them, or a limit of a session. */
export function isHostsRole({ object, part, property, change }: StructureDifference): boolean {
  const isHosts = roles.some((one) => one === object.name);
  const limits = isHosts ? [...LIMITS, 'search_path'] : LIMITS;
  if (part) return isHosts && isMembership(object.name, part);
  if (property?.name === 'settings') return [property.was, property.is].every((one) => areLimits(one, limits));
  if (property) {
    if (isHosts) return OF_HOST.includes(property.name);
    return callers.some((one) => one === object.name) && OF_REQUESTS.includes(property.name);
  }
  return (
    isHosts &&
    change === 'added' &&
    object.properties.every((one) => isAttribute(object.name, one, limits)) &&
    object.parts.every((one) => isMembership(object.name, one))
  );
}

function isAttribute(role: string, property: Property, limits: readonly string[]): boolean {
  if (property.name === 'settings') return areLimits(property, limits);
  if (property.name === 'superuser') return beyond.superuser.some((one) => one === role);
  if (property.name === 'bypassrls') return beyond.bypassrls.some((one) => one === role);
  return OF_HOST.includes(property.name);
}

/** The superuser needs no membership, and so may have any. */
const isMembership = (role: string, { name }: StructurePart): boolean =>
  beyond.superuser.some((one) => one === role) || (MEMBERS[role] ?? []).includes(name);

/**
 * Whether all that a role sets is among these settings. The value is read whole, as `name = 'value', name.name = 'value'`:
 * what is written otherwise, such as a name in quotes, makes it false.
 */
export function areLimits(property: Property | undefined, names: readonly string[]): boolean {
  if (property === undefined) return true;
  const text = property.value ?? '';
  const tokens = [...tokensIn(text)].filter(({ kind }) => kind !== 'blank');
  if (tokens.length === 0 || tokens.at(-1)?.end !== text.length) return false;
  const written = tokens.map(({ start, end }) => text.slice(start, end));
  for (let at = 0; at < tokens.length; at++) {
    const equals = written.indexOf('=', at);
    if (equals < 0 || !names.includes(written.slice(at, equals).join(''))) return false;
    if (tokens[equals + 1]?.kind !== 'string') return false;
    at = equals + 2;
    if (at < tokens.length && written[at] !== ',') return false;
    if (at === tokens.length - 1) return false;
  }
  return true;
}
