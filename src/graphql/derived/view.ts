import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { sortedBy } from '../../catalog/order.ts';
import { elementsOf } from './elements.ts';
import type { RowColumn, SchemaView } from './model.ts';

/** Prepares a schema for the rules. */
export function viewOf(schema: GraphQLSchema): SchemaView {
  const columns = new Map<GraphQLObjectType, readonly RowColumn[]>();
  const queries = Map.groupBy(Object.values(schema.getQueryType()?.getFields() ?? {}), ({ type }) =>
    getNullableType(type),
  );
  const named =
    <Type extends GraphQLNamedType>(is: (type: unknown) => type is Type) =>
    (name: string): Type | undefined => {
      const type = schema.getType(name);
      return is(type) ? type : undefined;
    };
  return {
    schema,
    queriesOf: (type) => queries.get(type) ?? [],
    elements: elementsOf(schema),
    objects: Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter((type) => !isIntrospectionType(type)),
    object: named(isObjectType),
    input: named(isInputObjectType),
    enumOf: named(isEnumType),
    columnsOf(type) {
      const known =
        columns.get(type) ??
        sortedBy(
          Object.values(type.getFields()).filter((field) => isColumn(type, field)),
          ({ name }) => [name],
        );
      columns.set(type, known);
      return known;
    },
  };
}

function isColumn(type: GraphQLObjectType, { name, args, type: given }: RowColumn): boolean {
  return args.length === 0 && isLeafType(getNamedType(given)) && !(name === 'id' && isNode(type));
}

/** Whether rows of a type have a global id, as those with a primary key do. */
export const isNode = (type: GraphQLObjectType): boolean => type.getInterfaces().some(({ name }) => name === 'Node');

/** `ChatMessage` → `chatMessage`. */
export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** `chatMessage` → `ChatMessage`. */
export const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The text of a type that may be null. */
export const nullable = (type: { toString(): string }): string => {
  const text = String(type);
  return text.endsWith('!') ? text.slice(0, -1) : text;
};
