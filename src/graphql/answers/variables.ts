import type { GraphQLType } from 'graphql';

/** The variables of the questions about one schema: a value has one name wherever it is given. */
export interface Variables {
  /** Gives a value a name, and adds it to `used`. @returns the name as a document writes it: `$v1` */
  name(type: GraphQLType | string, value: unknown, used: string[]): string;
  /** `$v1: UUID!, $v2: Int` for the names. */
  declare(names: Iterable<string>): string;
  values(names: Iterable<string>): Record<string, unknown>;
}

/** No variables yet. */
export function variables(): Variables {
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
    values: (names) => Object.fromEntries([...names].map((name) => [name, known.get(name)?.value])),
  };
}
