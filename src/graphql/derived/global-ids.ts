import { isInterfaceType } from 'graphql';
import type { Predicted, SchemaView } from './model.ts';
import { predict } from './predict.ts';
import { isNode } from './view.ts';

/** Elements that every schema has: global ids and their look-up, pages of lists, and the root types. */
export function* globalIds({ schema, objects, object }: SchemaView): Generator<Predicted> {
  const { type, has } = predict({ by: 'schema', type: '' });
  const hasNodes = isInterfaceType(schema.getType('Node'));
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  if (query?.name === 'Query') yield type('type', query.name, hasNodes ? ' implements Node' : '');
  if (mutation?.name === 'Mutation') yield type('type', mutation.name);
  if (hasNodes) {
    yield { ...type('type', 'Node'), text: 'interface Node' };
    yield has('Node', 'id', ': ID!');
  }
  if (query && isNode(query)) {
    yield has(query.name, 'node', ': Node');
    yield has(`${query.name}.node`, 'id', ': ID!');
    yield has(query.name, 'query', `: ${query.name}!`);
  }
  for (const one of objects) if (isNode(one)) yield has(one.name, 'id', ': ID!');
  if (!object('PageInfo')) return;
  yield { ...type('type', 'Cursor'), text: 'scalar Cursor' };
  yield type('type', 'PageInfo');
  for (const name of ['endCursor', 'startCursor']) yield has('PageInfo', name, ': Cursor');
  for (const name of ['hasNextPage', 'hasPreviousPage']) yield has('PageInfo', name, ': Boolean!');
}
