import type { GraphQLSchema } from 'graphql';
import type { PgResource } from 'postgraphile/@dataplan/pg';
import type { GrantedColumn, GrantedFunction } from '../catalog/granted.ts';
import { fieldNamed, showsFunction } from './function-fields.ts';
import { missingColumn } from './missing-column.ts';
import type { Observed } from './observer.ts';
import { Sentences } from './sentences.ts';

/** Columns and functions that are granted to a role but not in its GraphQL schema: one sentence each. */
export interface Vanished {
  /** Nothing explains why it is missing: each is a deviation. */
  readonly missing: readonly string[];
  /** PostGraphile leaves it out by a rule of its own, or a smart comment says so. */
  readonly leftOut: readonly string[];
}

/**
 * Holds a schema against the catalogs: each column the role may select must be a field, and each function it may
 * execute a field with all its arguments. It does not rely on PostGraphile's warnings, since many fields are left out without one.
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
  // While names conflict, complete types are missing, and the cause is no smart comment.
  const failed = seen.errors.length > 0;
  const missing = new Sentences();
  const leftOut = new Sentences();

  for (const column of columns) {
    const relation = resources.find((one) => !one.parameters && stands(one, column.schema, column.relation));
    const attribute = relation?.codec.attributes?.[column.column];
    if ([...(seen.fieldsOf.get(attribute) ?? [])].some((name) => fieldNamed(schema, name))) continue;
    const { rule, remedy } = missingColumn(build, column, relation, failed);
    const name = `${column.schema}.${column.relation}.${column.column} (${column.type})`;
    if (rule) leftOut.add('Column', name, `not in the GraphQL schema of ${column.role}: ${rule}.`);
    else
      missing.add('Column', name, `missing from the GraphQL schema of ${column.role}, which may select it. ${remedy}`);
  }

  for (const { role, schema: namespace, name, signature, leftOut: kind } of functions) {
    const resource = resources.find((one) => one.parameters && stands(one, namespace, name));
    if (resource && showsFunction(schema, build, resource)) continue;
    const hidden = resource?.extensions?.tags?.behavior && !failed ? 'its smart comment @behavior says so' : null;
    const rule = kind ?? hidden;
    if (rule) leftOut.add('Function', signature, `not in the GraphQL schema of ${role}: ${rule}.`);
    else {
      missing.add(
        'Function',
        signature,
        `missing from the GraphQL schema of ${role}, which may execute it. Give its arguments and result types that GraphQL knows, give it a name that no table or other function has, or revoke execute from the role.`,
      );
    }
  }
  return { missing: [...hiddenFields(seen), ...missing.all()], leftOut: leftOut.all() };
}

function hiddenFields({ made }: Observed): string[] {
  return [...made]
    .filter(([, times]) => times > 1)
    .map(
      ([name, times]) =>
        `${times} columns or functions have the GraphQL field ${name}, and all but one of them are missing. Rename one, or give it another name with a smart comment (@name …).`,
    );
}

function stands(resource: PgResource, schema: string, name: string): boolean {
  const pg = resource.extensions?.pg;
  return pg?.schemaName === schema && pg.name === name;
}
