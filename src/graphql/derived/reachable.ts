import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** The names of the types that an operation can get at, from the root types on. */
export function reachable(schema: GraphQLSchema): ReadonlySet<string> {
  const reached = new Set<string>();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const open: GraphQLNamedType[] = roots.filter((type) => type !== undefined && type !== null);
  for (let type = open.pop(); type; type = open.pop()) {
    if (reached.has(type.name)) continue;
    reached.add(type.name);
    open.push(...neighbours(schema, type));
  }
  return reached;
}

function neighbours(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  if (isUnionType(type)) return type.getTypes();
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => getNamedType(field.type));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return [
    ...type.getInterfaces(),
    ...(isInterfaceType(type) ? schema.getPossibleTypes(type) : []),
    ...Object.values(type.getFields()).flatMap((field) => [
      getNamedType(field.type),
      ...field.args.map((arg) => getNamedType(arg.type)),
    ]),
  ];
}
