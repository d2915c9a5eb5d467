import type { Catalog } from '../catalog/catalog.ts';
import { describeHost } from './describe/host.ts';
import { describeRoles } from './describe/roles.ts';
import { describeSchemas } from './describe/schemas.ts';
import {
  describeDatabase,
  describeDefaultPrivileges,
  describeEventTriggers,
  describeExtensions,
  describeForeignAccess,
  describeOthers,
  describePublications,
} from './describe/server.ts';
import { type StructureScope, subjectOf } from './describe/subject.ts';
import type { StructureObject } from './model.ts';

/**
 * Everything that DDL can change, in an order that reads well. Equal databases give equal descriptions, whatever the
 * version of the server, the names of databases, the role that ran the migrations, and the order of creation.
 */
export async function describe(catalog: Catalog, scope: StructureScope): Promise<StructureObject[]> {
  const subject = subjectOf(catalog, scope);
  return [
    ...describeRoles(subject),
    ...describeDatabase(subject),
    ...describeExtensions(subject),
    ...(await describeSchemas(subject)),
    ...(await describeHost(subject)),
    ...describeDefaultPrivileges(subject),
    ...describeEventTriggers(subject),
    ...describePublications(subject),
    ...describeForeignAccess(subject),
    ...describeOthers(subject),
  ];
}
