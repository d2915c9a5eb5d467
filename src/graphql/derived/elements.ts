import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';

/**
 * All that a schema says, taken apart: path → text. A path is `Type`, `Type.member`, `Type.field.argument` or
 * `@directive`; a text says everything about that element but its description and what has a path of its own.
 */
export type Elements = ReadonlyMap<string, string>;

/** Takes a schema apart. Two schemas with equal elements differ in nothing but descriptions and order. */
export function elementsOf(schema: GraphQLSchema): Elements {
  const elements = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    elements.set(type.name, typeText(type));
    for (const [path, text] of membersOf(type)) elements.set(`${type.name}.${path}`, text);
  }
  for (const directive of schema.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue;
    const args = directive.args.map(valueText).sort().join(', ');
    const repeatable = directive.isRepeatable ? ' repeatable' : '';
    elements.set(
      `@${directive.name}`,
      `directive @${directive.name}(${args})${repeatable} on ${directive.locations.toSorted().join(' | ')}`,
    );
  }
  return elements;
}

function typeText(type: GraphQLNamedType): string {
  if (isUnionType(type)) {
    return `union ${type.name} = ${type
      .getTypes()
      .map(({ name }) => name)
      .sort()
      .join(' | ')}`;
  }
  if (isEnumType(type)) return `enum ${type.name}`;
  if (isInputObjectType(type)) return `input ${type.name}${type.isOneOf ? ' @oneOf' : ''}`;
  if (isScalarType(type)) {
    const url = type.specifiedByURL ? ` @specifiedBy(url: ${JSON.stringify(type.specifiedByURL)})` : '';
    return `scalar ${type.name}${url}`;
  }
  const interfaces = type
    .getInterfaces()
    .map(({ name }) => name)
    .sort();
  const kind = isInterfaceType(type) ? 'interface' : 'type';
  return `${kind} ${type.name}${interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : ''}`;
}

function* membersOf(type: GraphQLNamedType): Generator<[string, string]> {
  if (isEnumType(type)) {
    for (const value of type.getValues()) yield [value.name, `${value.name}${deprecation(value)}`];
  } else if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [field.name, valueText(field)];
  } else if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [field.name, `${field.name}: ${field.type}${deprecation(field)}`];
      for (const arg of field.args) yield [`${field.name}.${arg.name}`, valueText(arg)];
    }
  }
}

function valueText(value: GraphQLArgument | GraphQLInputField): string {
  const ast = value.defaultValue === undefined ? undefined : astFromValue(value.defaultValue, value.type);
  return `${value.name}: ${value.type}${ast ? ` = ${print(ast)}` : ''}${deprecation(value)}`;
}

const deprecation = ({ deprecationReason }: { readonly deprecationReason?: string | null | undefined }): string =>
  typeof deprecationReason === 'string' ? ` @deprecated(reason: ${JSON.stringify(deprecationReason)})` : '';
