import type { Change } from '@graphql-inspector/core';
import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { ApiChange } from './model.ts';

const OF_INSPECTOR = { BREAKING: 'breaking', DANGEROUS: 'dangerous', NON_BREAKING: 'safe' } as const;

/**
 * How bad a change is for clients: as GraphQL Inspector says, but for a new value of an enum. That is dangerous because
 * an answer may have it that a client does not know; of an enum that is only given, no answer has any.
 */
export function levelOf({ type, path = '', criticality }: Change, after: GraphQLSchema): ApiChange['level'] {
  if (type === 'ENUM_VALUE_ADDED' && !isAnswered(after, path.split('.')[0] ?? '')) return 'safe';
  return OF_INSPECTOR[criticality.level];
}

/** Whether a field gives values of a type. */
const isAnswered = (schema: GraphQLSchema, name: string): boolean =>
  Object.values(schema.getTypeMap()).some(
    (type) =>
      (isObjectType(type) || isInterfaceType(type)) &&
      Object.values(type.getFields()).some((field) => getNamedType(field.type).name === name),
  );
