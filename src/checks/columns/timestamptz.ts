import { sortedBy } from '../../catalog/order.ts';
import { type Check, columnOf } from '../check.ts';

const TYPES = ['timestamp without time zone', 'time with time zone', 'timestamp without time zone[]'];

export const timestamptz: Check = {
  id: 'timestamptz',
  expected: 'timestamptz',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap(({ sql: table, columns }) =>
        columns.filter(({ typeName }) => TYPES.includes(typeName)).map(({ name, type }) => ({ table, name, type })),
      ),
      ({ table, name }) => [table, name],
    ).map(({ table, name, type }) => ({ object: `${table}.${name}`, seen: type, evidence: columnOf(table, name) })),
};
