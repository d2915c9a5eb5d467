import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

export const tableComment: Check = {
  id: 'table-comment',
  expected: 'a comment that says what a row is',
  offences: ({ relations }) =>
    sortedBy(
      relations.filter(({ partitionOf, comment }) => partitionOf === null && comment === null),
      ({ sql }) => [sql],
    ).map(({ sql }) => ({
      object: sql,
      seen: 'no comment',
      evidence: `select obj_description(${quoteLiteral(sql)}::regclass, 'pg_class');`,
    })),
};
