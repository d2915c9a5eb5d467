import type { GraphQLField, GraphQLObjectType } from 'graphql';
import type { SchemaView } from './model.ts';
import { isNode, lowerFirst, upperFirst } from './view.ts';

/** By what one row of a table is read, updated and deleted. */
export interface RowKey {
  /** How the names of its fields end: `ByIsbn`, `ById`; empty for the primary key. */
  readonly suffix: string;
  /** Its columns in their order, or none where it is the global id. */
  readonly columns: readonly string[];
  /** The field of Query that reads the row. */
  readonly field: GraphQLField<unknown, unknown>;
}

/** The suffix of fields that take a global id. */
const BY_ID = 'ById';

/** The keys of a table, as the fields of Query show them; the primary one first, the global id last. */
export function keysOf({ queriesOf, columnsOf }: SchemaView, table: GraphQLObjectType): RowKey[] {
  const columns = new Set(columnsOf(table).map(({ name }) => name));
  const start = lowerFirst(table.name);
  const keys = queriesOf(table).flatMap((field): RowKey[] => {
    if (field.args.length === 0 || !field.name.startsWith(start)) return [];
    const suffix = field.name.slice(start.length);
    const args = field.args.map(({ name }) => name);
    if (suffix === BY_ID && args.join() === 'id' && isNode(table)) return [{ suffix, columns: [], field }];
    if (!args.every((name) => columns.has(name))) return [];
    if (suffix === '') return [{ suffix, columns: args.sort(), field }];
    const ordered = suffix.startsWith('By') ? inOrder(suffix.slice(2), args) : undefined;
    return ordered ? [{ suffix, columns: ordered, field }] : [];
  });
  const place = ({ suffix }: RowKey): number => (suffix === '' ? 0 : suffix === BY_ID ? 2 : 1);
  return keys.sort((a, b) => place(a) - place(b) || (a.suffix < b.suffix ? -1 : 1));
}

/** The order in which `names`, joined by And, are `text`. */
function inOrder(text: string, names: readonly string[]): string[] | undefined {
  if (names.length === 0) return undefined;
  for (const name of names) {
    if (!text.startsWith(upperFirst(name))) continue;
    const rest = text.slice(name.length);
    const others = names.filter((other) => other !== name);
    if (rest === '' && others.length === 0) return [name];
    const following = rest.startsWith('And') ? inOrder(rest.slice(3), others) : undefined;
    if (following) return [name, ...following];
  }
  return undefined;
}
