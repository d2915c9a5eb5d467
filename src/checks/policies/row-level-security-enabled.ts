import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

const KINDS = ['table', 'partitioned table'];

export const rowLevelSecurityEnabled: Check = {
  id: 'row-level-security-enabled',
  expected: 'row level security',
  // Partitions too: for a query that names one, its own policies count and not its parent's.
  offences: ({ relations }) =>
    sortedBy(
      relations.filter(({ kind, rowSecurity }) => KINDS.includes(kind) && !rowSecurity),
      ({ sql }) => [sql],
    ).map(({ sql }) => ({
      object: sql,
      seen: 'none: whoever has a grant has every row',
      evidence: `select relrowsecurity from pg_class where oid = ${quoteLiteral(sql)}::regclass;`,
    })),
};
