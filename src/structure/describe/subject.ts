import type { Catalog } from '../../catalog/catalog.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { MIGRATOR } from '../model.ts';

/** The settings of a project that a description of its database needs. */
export interface StructureScope {
  /** The schemas that come first. */
  readonly schemas: readonly string[];
  /** Roles that are described although nothing may refer to them. */
  readonly roles: readonly string[];
  /** Schemas of the host: described only as far as these roles and the project's own functions reach. */
  readonly host: readonly string[];
  /**
   * Tables from before the migrations, by id: what they consist of differs from database to database, and who may do what
   * with them does not.
   */
  readonly older: readonly string[];
}

/** A catalog under description. */
export interface Described extends StructureScope {
  readonly catalog: Catalog;
  /** A role as a description names it. */
  readonly roleName: (name: string) => string;
}

export function subjectOf(catalog: Catalog, scope: StructureScope): Described {
  const names = new Map(catalog.roles.map(({ name, sql }) => [name, sql]));
  return {
    ...scope,
    catalog,
    roleName: (name) => (name === catalog.owners.migrator ? MIGRATOR : (names.get(name) ?? quoted(name))),
  };
}

/** A name in double quotes where SQL would read it otherwise without. */
export const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteIdentifier(name));

/** An owner is said where it is not the role that ran the migrations. */
export const ownerOf = ({ catalog, roleName }: Described, owner: string | null): string | null =>
  owner === null || owner === catalog.owners.migrator || owner === 'pg_database_owner' ? null : roleName(owner);
