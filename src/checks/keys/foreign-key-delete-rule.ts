import { constraintsOf, defineCheck } from '../check.ts';

export const foreignKeyDeleteRule = defineCheck<{ id: string; table: string; definition: string }>({
  id: 'foreign-key-delete-rule',
  expected: 'on delete cascade, set null, set default or restrict',
  query: `
    select k.id, k."table", pg_get_constraintdef(k.oid) as definition
      from keys k where k.contype = 'f' and k.confdeltype = 'a' order by k.id`,
  offences: (rows) =>
    rows.map(({ id, table, definition }) => ({
      object: id,
      seen: `${definition}, which is NO ACTION`,
      evidence: constraintsOf(table, 'f'),
    })),
});
