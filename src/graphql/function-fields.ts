import { type GraphQLField, type GraphQLSchema, isInputObjectType, isObjectType } from 'graphql';
import type { PgResource } from 'postgraphile/@dataplan/pg';

/** The field that `Type.field` names, if the schema has it. */
export function fieldNamed(schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown> | undefined {
  const [type = '', field = ''] = name.split('.');
  const object = schema.getType(type);
  return isObjectType(object) ? object.getFields()[field] : undefined;
}

/**
 * Whether a function is in the schema as a query, as a mutation or as a field of the type of its first argument, with
 * all its arguments.
 */
export function showsFunction(schema: GraphQLSchema, build: GraphileBuild.Build, resource: PgResource): boolean {
  const { inflection } = build;
  const details = { resource } as Parameters<typeof inflection.customQueryField>[0];
  const parameters = resource.parameters ?? [];
  const takes = (names: readonly string[] | undefined, offset: number) => {
    if (!names) return false;
    const expected = parameters
      .slice(offset)
      .map((param, index) => inflection.argument({ param, resource: details.resource, index }));
    // Two arguments whose names differ only in how GraphQL writes them become one.
    return new Set(expected).size === expected.length && expected.every((name) => names.includes(name));
  };
  const argumentsOf = (name: string) => fieldNamed(schema, name)?.args.map((arg) => arg.name);

  if (resource.isMutation) {
    const input = schema.getType(inflection.customMutationInput(details));
    return (
      fieldNamed(schema, `Mutation.${inflection.customMutationField(details)}`) !== undefined &&
      takes(isInputObjectType(input) ? Object.keys(input.getFields()) : undefined, 0)
    );
  }
  const queries = [
    inflection.customQueryField(details),
    inflection.customQueryConnectionField(details),
    inflection.customQueryListField(details),
  ];
  if (queries.some((field) => takes(argumentsOf(`Query.${field}`), 0))) return true;

  const row = parameters[0]?.codec;
  if (!row?.attributes) return false;
  const type = inflection.tableType(row);
  const computed = [
    inflection.computedAttributeField(details),
    inflection.computedAttributeConnectionField(details),
    inflection.computedAttributeListField(details),
  ];
  return computed.some((field) => takes(argumentsOf(`${type}.${field}`), 1));
}
