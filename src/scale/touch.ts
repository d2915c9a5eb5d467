import type { Catalog } from './read.ts';

/** Which tables a text of SQL reads or writes. */
export interface Touch {
  /** By name, and through the functions that it calls. */
  all(text: string): ReadonlySet<string>;
  /** By name alone: what its own statements may join. */
  own(text: string): ReadonlySet<string>;
}

/** Without comments, which may name anything. */
const bare = (text: string): string => text.replaceAll(/--.*$/gm, '').replaceAll(/\/\*[\s\S]*?\*\//g, '');

/** A qualified name that stands by itself, quoted or not. */
const mention = (id: string, after: string): RegExp => {
  const [schema = '', name = ''] = id.split('.').map((part) => RegExp.escape(part));
  return new RegExp(`(?<![\\w.])"?${schema}"?\\."?${name}"?${after}`, 'i');
};

/**
 * Finds which tables a text touches. It goes by qualified names: text that is put together at run time, and names
 * that a search path completes, stay unknown.
 */
export function touchOf({ tables, routines }: Catalog): Touch {
  const ids = tables.map(({ id }) => ({ id, pattern: mention(id, '(?![\\w.])') }));
  const bodies = Map.groupBy(routines, ({ name }) => name);
  const called = [...bodies.keys()].map((name) => ({ name, pattern: mention(name, '\\s*\\(') }));
  const known = new Map<string, ReadonlySet<string>>();

  const named = (plain: string): Set<string> =>
    new Set(ids.filter(({ pattern }) => pattern.test(plain)).map(({ id }) => id));
  const within = (text: string, visited: ReadonlySet<string>): Set<string> => {
    const plain = bare(text);
    const found = named(plain);
    for (const { name } of called.filter(({ name, pattern }) => !visited.has(name) && pattern.test(plain))) {
      const inside = new Set([...visited, name]);
      for (const { text: body } of bodies.get(name) ?? []) for (const id of within(body, inside)) found.add(id);
    }
    return found;
  };
  return {
    own: (text) => named(bare(text)),
    all: (text) => {
      const cached = known.get(text) ?? within(text, new Set());
      known.set(text, cached);
      return cached;
    },
  };
}
