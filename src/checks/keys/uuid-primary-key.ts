import { sortedBy } from '../../catalog/order.ts';
import type { Table } from '../../catalog/table.ts';
import { type Check, constraintsOf } from '../check.ts';

export const uuidPrimaryKey: Check = {
  id: 'uuid-primary-key',
  expected: 'a primary key of one uuid column, which is id, or in a one-to-one table the key of its parent',
  offences: ({ tables }) =>
    sortedBy(
      tables.filter((table) => !hasUuidKey(table)),
      ({ sql }) => [sql],
    ).map(({ sql, keys }) => ({
      object: sql,
      seen: keys.find(({ kind }) => kind === 'primary key')?.definition ?? 'no primary key',
      evidence: constraintsOf(sql, 'p'),
    })),
};

function hasUuidKey({ primaryKey, columns, foreignKeys }: Table): boolean {
  const [only = ''] = primaryKey;
  if (primaryKey.length !== 1 || columns.find(({ name }) => name === only)?.typeName !== 'uuid') return false;
  return only === 'id' || foreignKeys.some((key) => key.columns.includes(only));
}
