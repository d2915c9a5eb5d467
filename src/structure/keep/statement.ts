import type { Catalog } from '../../catalog/catalog.ts';
import type { Definitions } from '../../catalog/definitions.ts';
import type { Property, StructurePart } from '../model.ts';

/** A database whose differences are written as statements. */
export interface Live {
  readonly catalog: Catalog;
  readonly definitions: Definitions;
  /** The roles of whose privileges a new object is cleared first, quoted where SQL needs it: default privileges gave them some. */
  readonly roles: readonly string[];
}

/** When statements run, so that what they need is there and nothing needs what they drop. */
export const PHASES = {
  unhook: 0,
  schemas: 1,
  types: 2,
  tables: 3,
  columns: 4,
  functions: 5,
  views: 6,
  constraints: 7,
  indexes: 8,
  foreignKeys: 9,
  guards: 10,
  grants: 11,
  dropViews: 12,
  dropFunctions: 13,
  dropColumns: 14,
  dropTables: 15,
  dropTypes: 16,
  dropSchemas: 17,
} as const;

/** SQL that can run again, and its place among the others. */
export interface KeepingStatement {
  readonly phase: keyof typeof PHASES;
  readonly sql: string;
}

export const valueIn = ({ properties }: Pick<StructurePart, 'properties'>, name: string): string | undefined =>
  properties.find((one) => one.name === name)?.value ?? undefined;

export const has = ({ properties }: Pick<StructurePart, 'properties'>, name: string): boolean =>
  properties.some((one) => one.name === name);

/** The statement that says a comment, or takes it away. */
export const commentSql = (
  on: string,
  comment: Property | undefined,
  phase: KeepingStatement['phase'],
): KeepingStatement => ({
  phase,
  sql: `comment on ${on} is ${comment?.value ?? 'null'};`,
});
