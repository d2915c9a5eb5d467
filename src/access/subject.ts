import type pg from 'pg';
import { type DatabaseFunction, readFunctions } from '../catalog/functions.ts';
import { readIndexes } from '../catalog/indexes.ts';
import { readPolicies } from '../catalog/policies.ts';
import { type Relation, readRelations } from '../catalog/relations.ts';
import { readSchemas } from '../catalog/schemas.ts';
import { readSequences } from '../catalog/sequences.ts';
import type { WorldRow } from './model.ts';
import type { PrivilegeObjects } from './privileges.ts';
import { referableKeys } from './referable-keys.ts';

/** Everything in the proven schemas to which somebody could have access. Partitions are left out: their parent is there. */
export interface Subject extends PrivilegeObjects {
  /** The relations, and those of other schemas of which the world has rows. */
  readonly all: readonly Relation[];
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
  const schemas = [...new Set([...proven, ...world.map(({ table }) => table.split('.')[0] ?? '')])];
  const scope = { schemas: proven };
  const all = (await readRelations(client, { schemas })).filter(({ partitionOf }) => partitionOf === null);
  const relations = all.filter(({ schema }) => proven.includes(schema));
  return {
    all,
    relations,
    functions: await readFunctions(client, scope),
    schemas: await readSchemas(client, scope),
    keys: referableKeys(relations, await readIndexes(client, scope)),
    sequences: await readSequences(client, scope),
    policies: (await readPolicies(client, scope)).length,
  };
}
