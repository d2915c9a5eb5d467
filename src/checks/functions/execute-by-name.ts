import { sortedBy } from '../../catalog/order.ts';
import { type Check, functionOf } from '../check.ts';

export const executeByName: Check = {
  id: 'execute-by-name',
  expected: 'execute for named roles only',
  // Where no privileges are written down, those that PostgreSQL gives by itself are: execute for public is among them.
  offences: ({ grants }) => {
    const open = grants.filter(({ kind, grantee }) => kind === 'function' && grantee === 'public');
    return sortedBy(new Set(open.map(({ sql }) => sql)), (sql) => [sql]).map((sql) => ({
      object: sql,
      seen: 'execute for public',
      evidence: functionOf(sql),
    }));
  },
};
