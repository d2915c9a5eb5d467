import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

export const functionComment: Check = {
  id: 'function-comment',
  expected: 'a comment that says what it does',
  offences: ({ functions, api }) =>
    sortedBy(
      functions.filter(({ schema, comment }) => api.includes(schema) && comment === null),
      ({ identity }) => [identity],
    ).map(({ identity }) => ({
      object: identity,
      seen: 'no comment',
      evidence: `select obj_description(${quoteLiteral(identity)}::regprocedure, 'pg_proc');`,
    })),
};
