import type { ForeignKey } from '../../catalog/constraints.ts';
import { sortedBy } from '../../catalog/order.ts';
import type { Table } from '../../catalog/table.ts';
import { type Check, constraintsOf, onTable } from '../check.ts';

export const foreignKeyToId: Check = {
  id: 'foreign-key-to-id',
  expected: 'a foreign key of uuid columns, to a key that includes the primary key of its parent',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap((table) =>
        table.foreignKeys
          .filter((key) => !isOfUuids(key, table) || !takesPrimaryKey(key))
          .map((key) => ({
            object: onTable(key, table.sql),
            seen: key.definition,
            evidence: constraintsOf(table.sql, 'f'),
          })),
      ),
      ({ object }) => [object],
    ),
};

const isOfUuids = (key: ForeignKey, { columns }: Table): boolean =>
  columns.every(({ name, typeName }) => typeName === 'uuid' || !key.columns.includes(name));

const takesPrimaryKey = ({ referencedPrimaryKey: [key, ...more], referencedColumns }: ForeignKey): boolean =>
  key !== undefined && more.length === 0 && referencedColumns.includes(key);
