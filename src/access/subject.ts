import type pg from 'pg';
import { readSchemaCatalog, type SchemaCatalog } from '../catalog/catalog.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import type { Relation } from '../catalog/relations.ts';
import type { WorldRow } from './model.ts';
import { schemaOf } from './names.ts';
import type { PrivilegeObjects } from './privileges.ts';
import { referableKeys } from './referable-keys.ts';
import { timed } from './timed.ts';

/** Everything in the proven schemas to which a role could have access. */
export interface Subject extends PrivilegeObjects {
  /** Of each relation that has a line in the spec; a partition's rows are declared with its parent. */
  readonly relations: readonly Relation[];
  /** The relations, and those of other schemas of which the world has rows. */
  readonly all: readonly Relation[];
  readonly catalog: SchemaCatalog;
  readonly functions: readonly DatabaseFunction[];
  /** How many policies there are. */
  readonly policies: number;
}

/** Reads from the catalogs what there is to probe; who may do what with it is not read from them. */
export async function readSubject(
  client: pg.Client,
  proven: readonly string[],
  world: readonly WorldRow[],
): Promise<Subject> {
  const schemas = [...new Set([...proven, ...world.map(({ table }) => schemaOf(table))])];
  const catalog = await timed('reading', () => readSchemaCatalog(client, { schemas }));
  const isProven = ({ schema }: { readonly schema: string }): boolean => proven.includes(schema);
  const all = catalog.relations.filter(({ partitionOf }) => partitionOf === null);
  const relations = all.filter(isProven);
  const ids = new Set(catalog.relations.filter(isProven).map(({ sql }) => sql));
  return {
    all,
    relations,
    catalog,
    functions: catalog.functions.filter(isProven),
    schemas: catalog.schemas.filter(({ name }) => proven.includes(name)),
    keys: referableKeys(relations, catalog.indexes.filter(isProven)),
    sequences: catalog.sequences.filter(isProven),
    policies: catalog.policies.filter(({ tableSql }) => ids.has(tableSql)).length,
  };
}
