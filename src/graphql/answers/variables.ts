import { type DocumentNode, type GraphQLSchema, type GraphQLType, parse } from 'graphql';

/** The variables of the questions about one schema: a value has one name wherever it is given. */
export interface Variables {
  /** Gives a value a name, and adds it to `used`. @returns the name as a document writes it: `$v1` */
  name(type: GraphQLType | string, value: unknown, used: string[]): string;
  /** `$v1: UUID!, $v2: Int` for the names. */
  declare(names: Iterable<string>): string;
  values(names: Iterable<string>): Record<string, unknown>;
  /** Parses a document about the schema. One of the same text is parsed once, so that its plan is made once. */
  parsed(text: string): DocumentNode;
}

const documents = new WeakMap<GraphQLSchema, Map<string, DocumentNode>>();

/** No variables yet. */
export function variables(schema: GraphQLSchema): Variables {
  const parsed = documents.get(schema) ?? new Map<string, DocumentNode>();
  documents.set(schema, parsed);
  const byValue = new Map<string, string>();
  const known = new Map<string, { readonly type: string; readonly value: unknown }>();
  return {
    name(type, value, used) {
      const text = JSON.stringify([String(type), value]);
      const name = byValue.get(text) ?? `v${byValue.size + 1}`;
      byValue.set(text, name);
      known.set(name, { type: String(type), value });
      used.push(name);
      return `$${name}`;
    },
    declare: (names) => [...names].map((name) => `$${name}: ${known.get(name)?.type}`).join(', '),
    parsed(text) {
      const document = parsed.get(text) ?? parse(text);
      parsed.set(text, document);
      return document;
    },
    values: (names) => Object.fromEntries([...names].map((name) => [name, known.get(name)?.value])),
  };
}
