import { type GraphQLField, type GraphQLSchema, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import type { PgResource } from 'postgraphile/@dataplan/pg';

/** The field that `Type.field` names, if the schema has it. */
export function fieldNamed(schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown> | undefined {
  const [type = '', field = ''] = name.split('.');
  const object = schema.getType(type);
  return isObjectType(object) ? object.getFields()[field] : undefined;
}

/** A field that PostGraphile makes of a function. */
export interface FunctionField {
  /** The object type that it is a field of. */
  readonly of: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** How many of the function's first arguments the field does not take: 1 where that is the row of its type. */
  readonly offset: 0 | 1;
}

/** The fields that a function is in the schema as: as a query, as a mutation, or of the type of its first argument. */
export function functionFields(
  schema: GraphQLSchema,
  { inflection }: GraphileBuild.Build,
  resource: PgResource,
): FunctionField[] {
  const details = { resource } as Parameters<typeof inflection.customQueryField>[0];
  const named = (of: string, offset: 0 | 1, names: readonly string[]): FunctionField[] =>
    [...new Set(names)].flatMap((name) => {
      const field = fieldNamed(schema, `${of}.${name}`);
      return field ? [{ of, field, offset }] : [];
    });

  if (resource.isMutation) return named('Mutation', 0, [inflection.customMutationField(details)]);
  const queries = named('Query', 0, [
    inflection.customQueryField(details),
    inflection.customQueryConnectionField(details),
    inflection.customQueryListField(details),
  ]);
  const row = resource.parameters?.[0]?.codec;
  if (!row?.attributes) return queries;
  const computed = named(inflection.tableType(row), 1, [
    inflection.computedAttributeField(details),
    inflection.computedAttributeConnectionField(details),
    inflection.computedAttributeListField(details),
  ]);
  return [...queries, ...computed];
}

/** The names of the arguments of a function in GraphQL, in order, but for the first `offset`. */
export function argumentNames(
  { inflection }: GraphileBuild.Build,
  resource: PgResource,
  offset: number,
): readonly string[] {
  const details = { resource } as Parameters<typeof inflection.customQueryField>[0];
  return (resource.parameters ?? [])
    .map((param, index) => inflection.argument({ param, resource: details.resource, index }))
    .slice(offset);
}

/**
 * Whether a function is in the schema as a query, as a mutation or as a field of the type of its first argument, with
 * all its arguments.
 */
export function showsFunction(schema: GraphQLSchema, build: GraphileBuild.Build, resource: PgResource): boolean {
  return functionFields(schema, build, resource).some(({ field, offset }) => {
    const expected = argumentNames(build, resource, offset);
    const input = resource.isMutation ? getNamedType(field.args.find(({ name }) => name === 'input')?.type) : undefined;
    const taken = isInputObjectType(input) ? Object.keys(input.getFields()) : field.args.map(({ name }) => name);
    // Two arguments whose names differ only in how GraphQL writes them become one.
    return new Set(expected).size === expected.length && expected.every((name) => taken.includes(name));
  });
}
