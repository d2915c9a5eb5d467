import type { GraphQLSchema } from 'graphql';
import type { PgCodec, PgResource } from 'postgraphile/@dataplan/pg';
import { fieldNamed, showsFunction } from './function-fields.ts';
import type { GrantedColumn, GrantedFunction } from './granted.ts';
import type { Observed } from './observer.ts';

/** What the catalogs grant to a role and its GraphQL schema does not show. */
export interface Vanished {
  /** Nothing explains why it is missing: each is a fault. */
  readonly missing: string[];
  /** PostGraphile leaves it out by a rule of its own, or a smart comment says so. */
  readonly leftOut: string[];
}

// PostGraphile hides full-text columns on purpose: a query should not see how its search is stored.
const HIDDEN_TYPES = new Set(['tsvector', 'tsquery']);

/**
 * Holds a schema against the catalogs: each column the role may select must be a field, and each function it may
 * execute a field with all its arguments. It does not rely on PostGraphile's warnings, since much vanishes without one.
 */
export function findVanished(
  schema: GraphQLSchema,
  seen: Observed,
  columns: readonly GrantedColumn[],
  functions: readonly GrantedFunction[],
): Vanished {
  const { build } = seen;
  if (!build) throw new Error('PostGraphile ended a build without finalizing its schema.');
  const resources = Object.values(build.pgResources);
  const found: Vanished = { missing: [], leftOut: [] };

  for (const column of columns) {
    const codec = resources.find(
      (resource) => !resource.parameters && stands(resource, column.schema, column.relation),
    )?.codec;
    const attribute = codec?.attributes?.[column.column];
    if ([...(seen.fieldsOf.get(attribute) ?? [])].some((name) => fieldNamed(schema, name))) continue;
    const name = `Column ${column.schema}.${column.relation}.${column.column} (${column.type})`;
    const rule = columnRule(column, codec);
    if (rule) found.leftOut.push(`${name} is not in the GraphQL schema of ${column.role}: ${rule}.`);
    else {
      found.missing.push(
        `${name} is missing from the GraphQL schema of ${column.role}, which may select it. ${columnRemedy(column, !attribute)}`,
      );
    }
  }

  for (const granted of functions) {
    const name = `Function ${granted.signature}`;
    const resource = resources.find((one) => one.parameters && stands(one, granted.schema, granted.name));
    const rule = granted.leftOut ?? (resource && hiddenByTag(resource.extensions?.tags));
    if (rule) found.leftOut.push(`${name} is not in the GraphQL schema of ${granted.role}: ${rule}.`);
    else if (!resource || !showsFunction(schema, build, resource)) {
      found.missing.push(
        `${name} is missing from the GraphQL schema of ${granted.role}, which may execute it. Give its arguments and result types that GraphQL knows, give it a name that no table or other function takes, or revoke execute from the role.`,
      );
    }
  }

  for (const [name, times] of seen.made) {
    if (times > 1) {
      found.missing.push(
        `GraphQL field ${name} stands for ${times} things at once, and all but one are missing. Rename a column or function, or give one a name of its own with a smart comment (@name …).`,
      );
    }
  }
  return found;
}

function stands(resource: PgResource, schema: string, name: string): boolean {
  const pg = resource.extensions?.pg;
  return pg?.schemaName === schema && pg.name === name;
}

function columnRule(column: GrantedColumn, codec: PgCodec | undefined): string | undefined {
  if (HIDDEN_TYPES.has(column.type)) return `PostGraphile hides ${column.type} columns`;
  return hiddenByTag(codec?.attributes?.[column.column]?.extensions?.tags) ?? hiddenByTag(codec?.extensions?.tags);
}

function columnRemedy(column: GrantedColumn, noCodec: boolean): string {
  return noCodec
    ? `PostGraphile has no codec for the type ${column.type}: use another type, revoke select on the column from the role, or add a codec plugin.`
    : `Give the column a name that no other field of its type takes, or revoke select on it from the role.`;
}

function hiddenByTag(tags: object | undefined): string | undefined {
  const tag = ['omit', 'behavior'].find((one) => tags && one in tags);
  return tag && `its smart comment @${tag} says so`;
}
