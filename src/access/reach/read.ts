import type pg from 'pg';
import { readDefaultPrivileges } from '../../catalog/default-privileges.ts';
import { readOwners } from '../../catalog/owners.ts';
import { type DatabaseRole, readMemberships, readRoles } from '../../catalog/roles.ts';
import type { Persona } from '../model.ts';
import { reachedAttributes } from './attributes.ts';
import { reachedDefaults, readChecked } from './default-privileges.ts';
import { readFunctionSettings } from './function-settings.ts';
import { readInherited } from './inherited.ts';
import { isKnown, type Known } from './known.ts';
import { reachedObjects } from './objects.ts';
import { reachedInProven } from './proven-schemas.ts';
import { readOpenPrivileges } from './query.ts';
import type { Reached } from './reached.ts';
import { reachedSettings, readDatabaseSettings } from './role-settings.ts';
import { type Actor, actorsOf, clientRoles } from './roles.ts';
import { tryEach } from './try.ts';

/** The part of the configuration that says who the clients are, and what is proved or known. */
export interface ReachSettings {
  readonly proven: readonly string[];
  readonly roles: readonly string[];
  readonly ruled: { readonly schemas: readonly string[] };
  readonly known?: Known | undefined;
}

/**
 * Reads what the client roles reach outside of what is proved: through privileges, attributes, memberships, settings and
 * default privileges. What is not known is then tried as the role. The database is as it was afterwards.
 * @param client connected as a user that may become each of the roles
 */
export async function readReach(
  client: pg.Client,
  personas: readonly Persona[],
  settings: ReachSettings,
): Promise<Reached[]> {
  const { known = {} } = settings;
  const reached = await readUntried(client, personas, settings);
  const unknown = await tryEach(
    client,
    reached.filter((one) => !isKnown(one, known)),
  );
  return [...unknown, ...reached.filter((one) => isKnown(one, known))];
}

/** The same by the catalogs alone: nothing is tried, so that it may be asked in an open transaction. */
export async function readUntried(
  client: pg.Client,
  personas: readonly Persona[],
  settings: ReachSettings,
): Promise<Reached[]> {
  const { proven, ruled } = settings;
  const [roles, memberships] = [await readRoles(client), await readMemberships(client)];
  const clients = clientRoles(personas, settings.roles);
  const actors = actorsOf(clients, memberships);
  const grantees = [...new Set(actors.flatMap(({ holds }) => [...holds]))];
  const withoutPersona = rolesToProve(actors, personas, roles);
  const { migrator } = await readOwners(client);
  const privileges = await readOpenPrivileges(client, { grantees, proven, withoutPersona, migrator });
  return [
    ...reachedAttributes(roles, memberships, actors),
    ...reachedSettings(roles, await readDatabaseSettings(client), actors, personas),
    ...reachedObjects(privileges, actors, proven),
    ...(await readFunctionSettings(client, actors, personas, migrator)),
    ...(await readInherited(client, actors, migrator)),
    ...reachedInProven(privileges, actors, proven, withoutPersona),
    ...reachedDefaults(
      await readDefaultPrivileges(client),
      privileges,
      actors,
      await readChecked(client, ruled.schemas),
    ),
  ];
}

/** The roles whose privileges no persona has, and that have any of their own to prove. */
function rolesToProve(
  actors: readonly Actor[],
  personas: readonly Persona[],
  roles: readonly DatabaseRole[],
): string[] {
  const proved = new Set(
    actors
      .filter(({ client, role }) => role === client.role && personas.some((persona) => persona.role === role))
      .flatMap(({ holds }) => [...holds]),
  );
  const held = new Set(actors.flatMap(({ holds }) => [...holds]));
  return roles
    .filter(({ name, predefined }) => held.has(name) && !proved.has(name) && !predefined)
    .map(({ name }) => name);
}
