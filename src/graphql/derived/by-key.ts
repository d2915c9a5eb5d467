import type { GraphQLObjectType } from 'graphql';
import { keysOf, type RowKey } from './keys.ts';
import type { Predicted, SchemaView } from './model.ts';
import { payload } from './payloads.ts';
import { predict } from './predict.ts';
import { nullable } from './view.ts';

/** For each key of a table a field that reads the row; and where rows can be updated or deleted, a mutation for each key. */
export function* byKey(view: SchemaView): Generator<Predicted> {
  const query = view.schema.getQueryType()?.name;
  for (const table of view.objects) {
    const keys = keysOf(view, table);
    for (const key of keys) {
      const { mayHave } = predict({ by: 'key', type: table.name, key: key.suffix });
      yield mayHave(`${query}`, key.field.name, `: ${table.name}`);
      yield* keyMembers(view, table, key, `${query}.${key.field.name}`);
    }
    yield* changes(view, table, keys, 'update');
    yield* changes(view, table, keys, 'delete');
  }
}

function* changes(
  view: SchemaView,
  table: GraphQLObjectType,
  keys: readonly RowKey[],
  does: 'update' | 'delete',
): Generator<Predicted> {
  const root = view.schema.getMutationType();
  const present = keys.map(({ suffix }) => `${does}${table.name}${suffix}`).find((name) => root?.getFields()[name]);
  if (!root || !present) return;
  const result = `${upperCase(does)}${table.name}Payload`;
  yield* payload(view, table, result, { by: 'mutation', type: table.name, mutation: present });
  if (does === 'delete' && hasId(keys)) {
    const { has } = predict({ by: 'mutation', type: table.name, mutation: present });
    yield has(result, `deleted${table.name}Id`, ': ID');
  }
  for (const key of keys) {
    const { type, has } = predict({ by: 'key', type: table.name, key: key.suffix, mutation: present });
    const name = `${does}${table.name}${key.suffix}`;
    const input = `${upperCase(does)}${table.name}${key.suffix}Input`;
    yield has(root.name, name, `: ${result}`);
    yield has(`${root.name}.${name}`, 'input', `: ${input}!`);
    yield type('input', input);
    yield has(input, 'clientMutationId', ': String');
    if (does === 'update') yield has(input, 'patch', `: ${table.name}Patch!`);
    yield* keyMembers(view, table, key, input);
  }
}

function* keyMembers(
  { columnsOf }: SchemaView,
  table: GraphQLObjectType,
  key: RowKey,
  of: string,
): Generator<Predicted> {
  if (key.columns.length === 0) yield predict({ by: 'key', type: table.name, key: key.suffix }).has(of, 'id', ': ID!');
  for (const { name, type } of columnsOf(table)) {
    if (!key.columns.includes(name)) continue;
    yield predict({ by: 'column', type: table.name, column: name }).has(of, name, `: ${nullable(type)}!`);
  }
}

const hasId = (keys: readonly RowKey[]): boolean => keys.some(({ columns }) => columns.length === 0);
const upperCase = (does: 'update' | 'delete'): string => (does === 'update' ? 'Update' : 'Delete');
