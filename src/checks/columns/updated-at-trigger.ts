import { defineCheck, literal } from '../check.ts';

export const updatedAtTrigger = defineCheck<{ id: string }>({
  id: 'updated-at-trigger',
  expected: 'a trigger, before update of any column and for each row, that sets updated_at',
  // The bits of tgtype: 1 for each row, 2 before, 16 on update. Extension moddatetime is told the column's name.
  query: `
    select t.id
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attname = 'updated_at' and not a.attisdropped
     where not exists (
       select from pg_trigger g join pg_proc f on f.oid = g.tgfoid
        where g.tgrelid = t.oid and not g.tgisinternal and g.tgenabled in ('O', 'A') and g.tgtype & 19 = 19
          and cardinality(g.tgattr::int2[]) = 0
          and (f.prosrc like '%updated_at%' or convert_from(g.tgargs, 'UTF8') like '%updated_at%'))
     order by t.id`,
  offences: (rows) =>
    rows.map(({ id }) => ({
      object: id,
      seen: 'none',
      evidence: `select tgname, tgenabled, pg_get_triggerdef(oid) from pg_trigger where tgrelid = ${literal(id)}::regclass and not tgisinternal;`,
    })),
});
