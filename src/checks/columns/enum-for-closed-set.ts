import { sortedBy } from '../../catalog/order.ts';
import { type Check, constraintsOf } from '../check.ts';

/** `column in ('a', 'b')` is kept as `column = ANY (ARRAY['a', 'b'])`. */
const CLOSED_SET = /^CHECK \(\(+("[^"]+"|\w+)\)?(::text)? = ANY \(+ARRAY\['/;

export const enumForClosedSet: Check = {
  id: 'enum-for-closed-set',
  expected: 'an enum type',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap(({ sql: table, columns, checks }) =>
        checks.flatMap(({ columns: about, definition }) => {
          const column = columns.find(({ name }) => about.length === 1 && name === about[0]);
          return column?.isText && CLOSED_SET.test(definition) ? [{ table, column: column.name, definition }] : [];
        }),
      ),
      ({ table, column }) => [table, column],
    ).map(({ table, column, definition }) => ({
      object: `${table}.${column}`,
      seen: `text, with ${definition}`,
      evidence: constraintsOf(table, 'c'),
    })),
};
