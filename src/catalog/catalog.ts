import type pg from 'pg';
import { type Constraint, readConstraints } from './constraints.ts';
import { type DatabaseProperties, readDatabaseProperties } from './database.ts';
import { type DefaultPrivileges, readDefaultPrivileges } from './default-privileges.ts';
import { type EventTrigger, readEventTriggers } from './event-triggers.ts';
import { type Extension, readExtensions } from './extensions.ts';
import { type ForeignAccess, readForeignAccess } from './foreign.ts';
import { type DatabaseFunction, readFunctions } from './functions.ts';
import { type Grant, readGrants } from './grants.ts';
import { type Index, readIndexes } from './indexes.ts';
import { type OtherObject, readOtherObjects } from './others.ts';
import { type Owners, readOwners } from './owners.ts';
import { type Policy, readPolicies } from './policies.ts';
import { type AllPrivileges, readAllPrivileges } from './privileges.ts';
import { type Publication, readPublications } from './publications.ts';
import { type Relation, readRelations } from './relations.ts';
import { type DatabaseRole, type RoleMembership, readMemberships, readRoles } from './roles.ts';
import { type RewriteRule, readRules } from './rules.ts';
import { type DatabaseSchema, readSchemas } from './schemas.ts';
import type { CatalogScope } from './scope.ts';
import { readSequences, type Sequence } from './sequences.ts';
import { readTriggers, type Trigger } from './triggers.ts';
import { type DatabaseType, readTypes } from './types.ts';
import { readViewColumns, type UnchangedColumn } from './view-columns.ts';
import { type ChangingFunctions, readChangingFunctions } from './volatility.ts';

/**
 * PostgreSQL's catalogs of a database, as plain objects. Equal databases give equal objects whatever the session's
 * settings and the version of the server, except for ids (in the trees of policies, and in the names of internal triggers),
 * for the layout of queries (in views and policies), and for the privileges, roles and functions that newer versions know.
 */
export interface Catalog {
  readonly schemas: readonly DatabaseSchema[];
  readonly relations: readonly Relation[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly policies: readonly Policy[];
  readonly triggers: readonly Trigger[];
  readonly rules: readonly RewriteRule[];
  readonly viewColumns: readonly UnchangedColumn[];
  readonly functions: readonly DatabaseFunction[];
  readonly types: readonly DatabaseType[];
  readonly sequences: readonly Sequence[];
  readonly grants: readonly Grant[];
  readonly defaultPrivileges: readonly DefaultPrivileges[];
  readonly roles: readonly DatabaseRole[];
  readonly memberships: readonly RoleMembership[];
  readonly extensions: readonly Extension[];
  readonly eventTriggers: readonly EventTrigger[];
  readonly publications: readonly Publication[];
  readonly foreignAccess: readonly ForeignAccess[];
  readonly others: readonly OtherObject[];
  readonly database: DatabaseProperties;
  readonly owners: Owners;
  readonly allPrivileges: AllPrivileges;
  readonly changing: ChangingFunctions;
}

/** The kinds that say what there is in the schemas of a scope, and which roles the server has. */
export type SchemaCatalog = Pick<
  Catalog,
  | 'schemas'
  | 'relations'
  | 'constraints'
  | 'indexes'
  | 'policies'
  | 'triggers'
  | 'functions'
  | 'sequences'
  | 'roles'
  | 'memberships'
>;

/** Reads these kinds as `readCatalog` does, and no others: those are a third of its time. */
export async function readSchemaCatalog(client: pg.Client, scope: CatalogScope): Promise<SchemaCatalog> {
  return {
    schemas: await readSchemas(client, scope),
    relations: await readRelations(client, scope),
    constraints: await readConstraints(client, scope),
    indexes: await readIndexes(client, scope),
    policies: await readPolicies(client, scope),
    triggers: await readTriggers(client, scope),
    functions: await readFunctions(client, scope),
    sequences: await readSequences(client, scope),
    roles: await readRoles(client),
    memberships: await readMemberships(client),
  };
}

/**
 * Reads everything of a scope, one query a kind. It takes no more rights than any role has. Outside of a transaction a
 * change in the meantime may show in one kind and not in another.
 */
export async function readCatalog(client: pg.Client, scope: CatalogScope): Promise<Catalog> {
  return {
    ...(await readSchemaCatalog(client, scope)),
    rules: await readRules(client, scope),
    viewColumns: await readViewColumns(client, scope),
    types: await readTypes(client, scope),
    grants: await readGrants(client, scope),
    defaultPrivileges: await readDefaultPrivileges(client),
    extensions: await readExtensions(client),
    eventTriggers: await readEventTriggers(client),
    publications: await readPublications(client),
    foreignAccess: await readForeignAccess(client),
    others: await readOtherObjects(client),
    database: await readDatabaseProperties(client),
    owners: await readOwners(client),
    allPrivileges: await readAllPrivileges(client),
    changing: await readChangingFunctions(client),
  };
}
