import type pg from 'pg';
import { countPolicies } from '../catalog/counts.ts';
import { type DatabaseFunction, readFunctions } from '../catalog/functions.ts';
import { readKeys, readSequences } from '../catalog/privilege-objects.ts';
import { type Relation, readRelations } from '../catalog/relations.ts';
import type { WorldRow } from './model.ts';
import type { PrivilegeObjects } from './privileges.ts';

/** Everything in the proven schemas to which somebody could have access. */
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
  const all = await readRelations(client, schemas);
  const relations = all.filter(({ schema }) => proven.includes(schema));
  const functions = await readFunctions(client, proven);
  const { rows } = await client.query<{ name: string; sql: string }>(
    `select nspname as name, quote_ident(nspname) as sql from pg_namespace where nspname = any ($1) order by array_position($1, nspname::text)`,
    [proven],
  );
  return {
    all,
    relations,
    functions,
    schemas: rows,
    keys: await readKeys(client, relations),
    sequences: await readSequences(client, proven),
    policies: await countPolicies(client, proven),
  };
}
