import { type GraphQLObjectType, isObjectType } from 'graphql';
import type { Origin, Predicted, SchemaView } from './model.ts';
import { defaultOrder, predict } from './predict.ts';
import { isNode, lowerFirst, upperFirst } from './view.ts';

/** The payload of a mutation of a table: the row, and where it stands in a list. */
export function* payload(
  view: SchemaView,
  table: GraphQLObjectType,
  name: string,
  origin: Origin,
): Generator<Predicted> {
  yield* payloadOf(view, name, origin);
  yield predict(origin).has(name, lowerFirst(table.name), `: ${table.name}`);
  if (isNode(table)) yield* edge(view, table, name, origin);
}

/** Inputs and payloads of mutations that create a row, and of those that call a function. */
export function* mutations(view: SchemaView): Generator<Predicted> {
  const root = view.schema.getMutationType();
  for (const { name, args } of Object.values(root?.getFields() ?? {})) {
    const input = view.input(`${upperFirst(name)}Input`);
    const result = view.object(`${upperFirst(name)}Payload`);
    if (!root || !input || !result || args.length !== 1) continue;
    const table = name.startsWith('create') ? view.object(name.slice('create'.length)) : undefined;
    const origin: Origin = { by: 'mutation', type: table?.name ?? '', mutation: name };
    const { type, has, mayHave } = predict(origin);
    yield type('input', input.name);
    yield has(input.name, 'clientMutationId', ': String');
    if (table && view.input(`${table.name}Input`)) {
      yield mayHave(root.name, name, `: ${result.name}`);
      yield has(`${root.name}.${name}`, 'input', `: ${input.name}!`);
      yield has(input.name, lowerFirst(table.name), `: ${table.name}Input!`);
      yield* payload(view, table, result.name, origin);
    } else {
      yield* payloadOf(view, result.name, origin);
      for (const field of Object.values(result.getFields())) {
        const isRow = isObjectType(field.type) && isNode(field.type) && field.type !== view.schema.getQueryType();
        if (isRow) yield* edge(view, field.type as GraphQLObjectType, result.name, origin);
      }
    }
  }
}

function* payloadOf({ schema }: SchemaView, name: string, origin: Origin): Generator<Predicted> {
  const { type, has } = predict(origin);
  yield type('type', name);
  yield has(name, 'clientMutationId', ': String');
  yield has(name, 'query', `: ${schema.getQueryType()?.name}`);
}

function* edge(view: SchemaView, row: GraphQLObjectType, payloadName: string, origin: Origin): Generator<Predicted> {
  const { has } = predict(origin);
  const field = `${lowerFirst(row.name)}Edge`;
  yield has(payloadName, field, `: ${row.name}Edge`);
  yield has(`${payloadName}.${field}`, 'orderBy', `: [${row.name}OrderBy!]! = [${defaultOrder(view, row.name)}]`);
}
