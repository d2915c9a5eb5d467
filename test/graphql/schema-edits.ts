import {
  type ASTNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  type TypeNode,
  visit,
} from 'graphql';

/** One change of a schema: nodes of its document, and what becomes of each; null where it goes. */
export interface SchemaEdit {
  readonly title: string;
  readonly nodes: ReadonlyMap<ASTNode, ASTNode | null>;
}

/** Every removal of a type, field, argument or value, and for each what can be added to it or is otherwise another one. */
export function editsOf(document: DocumentNode): SchemaEdit[] {
  const edits: SchemaEdit[] = [];
  const edit = (title: string, ...nodes: [ASTNode, ASTNode | null][]) => edits.push({ title, nodes: new Map(nodes) });
  visit(document, {
    enter(node, _key, _parent, _path, ancestors) {
      const place = [...ancestors, node]
        .flatMap((one) => ('name' in one && one.name ? [one.name.value] : []))
        .join('.');
      switch (node.kind) {
        case Kind.OBJECT_TYPE_DEFINITION:
        case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        case Kind.ENUM_TYPE_DEFINITION:
        case Kind.SCALAR_TYPE_DEFINITION:
        case Kind.INTERFACE_TYPE_DEFINITION: {
          edit(`${place} goes`, [node, null], ...usesOf(document, node.name.value));
          if ('fields' in node) edit(`${place} gets a field`, [node, withField(node)]);
          if ('values' in node)
            edit(`${place} gets a value`, [node, { ...node, values: [...(node.values ?? []), EXTRA_VALUE] }]);
          if ('interfaces' in node && node.interfaces?.length)
            edit(`${place} loses its interfaces`, [node, { ...node, interfaces: [] }]);
          break;
        }
        case Kind.FIELD_DEFINITION:
        case Kind.INPUT_VALUE_DEFINITION:
          edit(`${place} goes`, [node, null]);
          edit(`${place} may be null or not`, [node, { ...node, type: otherwise(node.type) }]);
          edit(`${place} is a list`, [node, { ...node, type: { kind: Kind.LIST_TYPE, type: node.type } }]);
          edit(`${place} is deprecated`, [node, deprecated(node)]);
          if (node.kind === Kind.FIELD_DEFINITION) {
            edit(`${place} gets an argument`, [
              node,
              { ...node, arguments: [...(node.arguments ?? []), EXTRA_ARGUMENT] },
            ]);
          } else if (node.type.kind !== Kind.NON_NULL_TYPE) {
            edit(`${place} has another default`, [node, { ...node, defaultValue: { kind: Kind.NULL } }]);
          }
          break;
        case Kind.ENUM_VALUE_DEFINITION:
          edit(`${place} goes`, [node, null]);
          edit(`${place} is deprecated`, [node, deprecated(node)]);
      }
    },
  });
  const types = parse('type Extra { a: Int }').definitions;
  edit('a type is new', [document, { ...document, definitions: [...document.definitions, ...types] }]);
  return edits;
}

/** The document after edits. */
export const edited = (document: DocumentNode, edits: readonly SchemaEdit[]): DocumentNode =>
  visit(document, {
    enter: (node) => edits.map(({ nodes }) => nodes.get(node)).find((becomes) => becomes !== undefined),
  });

function usesOf(document: DocumentNode, type: string): [ASTNode, null][] {
  const uses: [ASTNode, null][] = [];
  const note = (node: FieldDefinitionNode | InputValueDefinitionNode) => {
    if (nameOf(node.type) === type) uses.push([node, null]);
  };
  visit(document, { FieldDefinition: note, InputValueDefinition: note });
  visit(document, {
    NamedType(node, _key, parent) {
      const isInterface = parent !== undefined && Array.isArray(parent);
      if (isInterface && node.name.value === type) uses.push([node, null]);
    },
  });
  return uses;
}

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

const otherwise = (type: TypeNode): TypeNode =>
  type.kind === Kind.NON_NULL_TYPE ? type.type : { kind: Kind.NON_NULL_TYPE, type };

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
const INT = { kind: Kind.NAMED_TYPE, name: name('Int') } as const;
const EXTRA_VALUE = { kind: Kind.ENUM_VALUE_DEFINITION, name: name('EXTRA') } as const;
const EXTRA_ARGUMENT = { kind: Kind.INPUT_VALUE_DEFINITION, name: name('extra'), type: INT } as const;
const EXTRA_FIELD = { kind: Kind.FIELD_DEFINITION, name: name('extra'), type: INT } as const;

function withField<Node extends ASTNode>(node: Node): Node {
  const extra = node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? EXTRA_ARGUMENT : EXTRA_FIELD;
  return { ...node, fields: [...((node as { fields?: readonly ASTNode[] }).fields ?? []), extra] };
}

const deprecated = <Node extends ASTNode>(node: Node): Node => ({
  ...node,
  directives: [{ kind: Kind.DIRECTIVE, name: name('deprecated') }],
});
