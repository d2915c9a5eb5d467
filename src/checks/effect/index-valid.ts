import { sortedBy } from '../../catalog/order.ts';
import { type Check, indexesOf } from '../check.ts';

export const indexValid: Check = {
  id: 'index-valid',
  expected: 'indexes that the planner can use',
  offences: ({ relations, all }) => {
    const tables = new Map(relations.map(({ id, sql }) => [id, sql]));
    return sortedBy(
      all.indexes.filter(({ table, valid }) => tables.has(table) && !valid),
      ({ sql }) => [sql],
    ).map(({ sql, unique, table }) => ({
      object: sql,
      seen: `invalid: no query uses it${unique ? ', and rows from before may be there twice' : ''}; its building failed or was interrupted`,
      evidence: indexesOf(tables.get(table) ?? table),
    }));
  },
};
