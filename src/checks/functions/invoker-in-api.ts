import { sortedBy } from '../../catalog/order.ts';
import type { Relation } from '../../catalog/relations.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

export const invokerInApi: Check = {
  id: 'invoker-in-api',
  expected: 'in the API, a view with security_invoker, and no relation that policies cannot guard',
  offences: ({ relations, api }) =>
    sortedBy(
      relations.flatMap((relation) => {
        const seen = api.includes(relation.schema) ? unguarded(relation) : undefined;
        return seen === undefined ? [] : [{ sql: relation.sql, seen }];
      }),
      ({ sql }) => [sql],
    ).map(({ sql, seen }) => ({
      object: sql,
      seen,
      evidence: `select relkind, reloptions from pg_class where oid = ${quoteLiteral(sql)}::regclass;`,
    })),
};

/** How a relation gives rows past all policies. */
function unguarded({ kind, securityInvoker }: Relation): string | undefined {
  if (kind === 'view' && !securityInvoker) return 'a view with its owner’s rights';
  return kind === 'materialized view' || kind === 'foreign table' ? `a ${kind}` : undefined;
}
