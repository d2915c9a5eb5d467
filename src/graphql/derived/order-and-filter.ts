import { type GraphQLEnumType, getNamedType, isEnumType } from 'graphql';
import type { Predicted, SchemaView } from './model.ts';
import { predict } from './predict.ts';
import { isNode, nullable } from './view.ts';

/**
 * Values to order by and fields to filter by. PostGraphile makes them of a column that an index has: both orders and the
 * filter, or none of the three; the values of an enum have no order, so that it makes the filter alone.
 */
export function* orderAndFilter(view: SchemaView): Generator<Predicted> {
  for (const table of view.objects) {
    const order = view.enumOf(`${table.name}OrderBy`);
    const condition = view.input(`${table.name}Condition`);
    const { type, has } = predict({ by: 'type', type: table.name });
    if (order) {
      yield type('enum', order.name);
      yield has(order.name, 'NATURAL', '');
      if (isNode(table)) for (const way of WAYS) yield has(order.name, `PRIMARY_KEY${way}`, '');
    }
    if (condition) yield predict({ by: 'index', type: table.name }).type('input', condition.name);
    if (!order && !condition) continue;
    const values = valuesOf(order);
    for (const column of view.columnsOf(table)) {
      const origin = { by: 'index', type: table.name, column: column.name } as const;
      const value = values.get(column.name.replaceAll('_', '').toLowerCase()) ?? constantCase(column.name);
      const ways = isEnumType(getNamedType(column.type)) ? [] : WAYS;
      for (const one of [
        ...ways.map((way) => predict(origin).has(`${table.name}OrderBy`, `${value}${way}`, '')),
        predict(origin).has(`${table.name}Condition`, column.name, `: ${nullable(column.type)}`),
      ]) {
        yield { ...one, together: `${table.name}.${column.name}` };
      }
    }
  }
}

const WAYS = ['_ASC', '_DESC'];

/** The values of an enum without their direction, by their letters: `messages7days` → `MESSAGES_7_DAYS`. */
function valuesOf(order: GraphQLEnumType | undefined): ReadonlyMap<string, string> {
  const values = (order?.getValues() ?? []).flatMap(({ name }) => {
    const way = WAYS.find((one) => name.endsWith(one));
    return way ? [name.slice(0, -way.length)] : [];
  });
  return new Map(values.sort().map((value) => [value.replaceAll('_', '').toLowerCase(), value]));
}

/** How the enum most likely writes a column that it does not have. */
const constantCase = (column: string): string => column.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
