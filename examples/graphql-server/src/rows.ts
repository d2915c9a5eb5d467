import {
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: { readonly definitions: readonly unknown[] };
  readonly variableValues?: unknown;
  readonly operationName?: string | null | undefined;
}

/**
 * How many rows a document can make the server give: the sizes of the pages within each other multiplied, summed up over
 * all lists. Infinity when a list that has pages is asked for without `first` or `last`.
 */
export function rowsAsked({ schema, document, variableValues, operationName }: Asked): number {
  const definitions = document.definitions as readonly (OperationDefinitionNode | FragmentNode)[];
  const operation = definitions.find(
    (one): one is OperationDefinitionNode =>
      one.kind === Kind.OPERATION_DEFINITION && (!operationName || one.name?.value === operationName),
  );
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
  );
  const values = (variableValues ?? {}) as Record<string, unknown>;
  const root = operation && schema.getRootType(operation.operation);
  return operation && root ? inSelection(operation.selectionSet, root.name, 1) : 0;

  function inSelection({ selections }: SelectionSetNode, type: string, times: number): number {
    return selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + inField(selection, type, times);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) return sum;
      return sum + inSelection(fragment.selectionSet, fragment.typeCondition?.name.value ?? type, times);
    }, 0);
  }

  function inField(node: FieldNode, type: string, times: number): number {
    const parent = schema.getType(type);
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 0;
    const isPaged = field.args.some(({ name }) => name === 'first');
    const rows = isPaged ? times * pageOf(node) : times;
    const below = node.selectionSet ? inSelection(node.selectionSet, getNamedType(field.type).name, rows) : 0;
    return isPaged ? rows + below : below;
  }

  function pageOf({ arguments: given = [] }: FieldNode): number {
    const sizes = given
      .filter(({ name }) => name.value === 'first' || name.value === 'last')
      .map(({ value }) => valueFromASTUntyped(value, values))
      .filter((size) => typeof size === 'number');
    return sizes.length > 0 ? Math.min(...sizes) : Number.POSITIVE_INFINITY;
  }
}

interface FragmentNode {
  readonly kind: Kind.FRAGMENT_DEFINITION;
  readonly name: { readonly value: string };
  readonly typeCondition?: { readonly name: { readonly value: string } };
  readonly selectionSet: SelectionSetNode;
}
