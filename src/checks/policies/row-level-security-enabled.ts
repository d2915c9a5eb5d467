import { defineCheck, literal } from '../check.ts';

export const rowLevelSecurityEnabled = defineCheck<{ id: string }>({
  id: 'row-level-security-enabled',
  expected: 'row level security',
  // Partitions too: a query that names one meets its policies, not its parent's.
  query: `select id from relations r where r.relkind in ('r', 'p') and not r.relrowsecurity order by id`,
  offences: (rows) =>
    rows.map(({ id }) => ({
      object: id,
      seen: 'none: whoever has a grant has every row',
      evidence: `select relrowsecurity from pg_class where oid = ${literal(id)}::regclass;`,
    })),
});
