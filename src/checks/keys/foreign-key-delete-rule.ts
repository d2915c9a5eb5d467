import { sortedBy } from '../../catalog/order.ts';
import { type Check, constraintsOf, onTable } from '../check.ts';

export const foreignKeyDeleteRule: Check = {
  id: 'foreign-key-delete-rule',
  expected: 'on delete cascade, set null, set default or restrict',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap(({ sql, foreignKeys }) =>
        foreignKeys
          .filter(({ onDelete }) => onDelete === 'no action')
          .map((key) => ({
            object: onTable(key, sql),
            seen: `${key.definition}, which is NO ACTION`,
            evidence: constraintsOf(sql, 'f'),
          })),
      ),
      ({ object }) => [object],
    ),
};
