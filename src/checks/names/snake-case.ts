import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';

const SNAKE_CASE = '^[a-z][a-z0-9]*(_[a-z0-9]+)*$';

export const snakeCase: Check = {
  id: 'snake-case',
  expected: 'small letters, digits and single underscores',
  offences: (ruled) =>
    sortedBy(
      named(ruled).filter(({ name }) => !new RegExp(SNAKE_CASE).test(name)),
      ({ object }) => [object],
    ).map(({ object, name }) => ({ object, seen: name, evidence: `select ${quoteLiteral(name)} ~ '${SNAKE_CASE}';` })),
};

/** Everything that has a name, and how a finding names it. */
function named({ relations, sequences, functions, tables, types }: RuledCatalog) {
  return [
    ...[...relations, ...sequences].map(({ sql, name }) => ({ object: sql, name })),
    ...relations.flatMap(({ sql, columns }) =>
      columns.map((column) => ({ object: `${sql}.${column.sql}`, name: column.name })),
    ),
    ...functions.flatMap(({ identity, name, arguments: given }) => [
      { object: identity, name },
      ...given
        .filter((one) => one.name !== '')
        .map((one) => ({ object: `${identity} argument ${one.name}`, name: one.name })),
    ]),
    ...tables.flatMap(({ sql, triggers }) =>
      triggers.map((trigger) => ({ object: `trigger ${trigger.sql} on ${sql}`, name: trigger.name })),
    ),
    ...types.filter(({ kind }) => kind !== 'composite').map(({ sql, name }) => ({ object: `type ${sql}`, name })),
  ];
}
