import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

export const enumComment: Check = {
  id: 'enum-comment',
  expected: 'a comment that says what its labels distinguish',
  offences: ({ types }) =>
    sortedBy(
      types.filter(({ kind, comment }) => kind === 'enum' && comment === null),
      ({ sql }) => [sql],
    ).map(({ sql }) => ({
      object: sql,
      seen: 'no comment',
      evidence: `select obj_description(${quoteLiteral(sql)}::regtype, 'pg_type');`,
    })),
};
