import { type GraphQLField, type GraphQLObjectType, getNamedType, isListType, isObjectType } from 'graphql';
import type { Predicted, SchemaView } from './model.ts';
import { defaultOrder, predict } from './predict.ts';

const CONNECTION = 'Connection';

/** Arguments with which every list of a function's rows is read, from its start. */
export const FORWARD = ['after', 'first', 'offset'];
/** Arguments with which the list of a table's rows is read, in either direction. */
export const BOTH_WAYS = ['after', 'before', 'condition', 'first', 'last', 'offset', 'orderBy'];

/** Connections and their edges, and the arguments of the fields that give them. */
export function* lists(view: SchemaView): Generator<Predicted> {
  const rows = new Map<GraphQLObjectType, string>();
  for (const connection of view.objects) {
    const base = connection.name.endsWith(CONNECTION) ? connection.name.slice(0, -CONNECTION.length) : '';
    const nodes = connection.getFields().nodes;
    if (base === '' || !nodes) continue;
    const expected = [base, `${base}Record`].find((name) => view.object(name));
    const row = expected ?? getNamedType(nodes.type).name;
    rows.set(connection, row);
    const { type, has } = predict({ by: 'type', type: row });
    yield type('type', connection.name);
    yield has(connection.name, 'edges', `: [${base}Edge]!`);
    // A function may give rows that are plain values: then their type is nowhere in the names.
    if (expected) yield has(connection.name, 'nodes', `: [${row}]!`);
    yield has(connection.name, 'pageInfo', ': PageInfo!');
    yield has(connection.name, 'totalCount', ': Int!');
    yield type('type', `${base}Edge`);
    yield has(`${base}Edge`, 'cursor', ': Cursor');
    yield has(`${base}Edge`, 'node', `: ${row}`);
  }
  for (const of of view.objects) {
    for (const field of Object.values(of.getFields())) {
      const row = isConnectionField(field) ? rows.get(getNamedType(field.type) as GraphQLObjectType) : undefined;
      if (row !== undefined) yield* listArguments(view, `${of.name}.${field.name}`, row);
    }
  }
}

const isConnectionField = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  !isListType(type) && isObjectType(getNamedType(type));

function* listArguments(view: SchemaView, field: string, row: string): Generator<Predicted> {
  const { mayHave } = predict({ by: 'type', type: row });
  for (const name of ['after', 'before']) yield mayHave(field, name, ': Cursor');
  for (const name of ['first', 'last', 'offset']) yield mayHave(field, name, ': Int');
  if (isFiltered(view, row)) {
    yield predict({ by: 'index', type: row }).mayHave(field, 'condition', `: ${row}Condition`);
  }
  yield mayHave(field, 'orderBy', `: [${row}OrderBy!] = [${defaultOrder(view, row)}]`);
}

/** Whether rows can be filtered by a column: where they can be ordered by one, that is the rule. */
export const isFiltered = ({ input, enumOf }: SchemaView, row: string): boolean =>
  input(`${row}Condition`) !== undefined ||
  (enumOf(`${row}OrderBy`)?.getValues() ?? []).some(
    ({ name }) => name !== 'NATURAL' && !name.startsWith('PRIMARY_KEY_'),
  );
