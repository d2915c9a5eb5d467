import { constraintsOf, defineCheck } from '../check.ts';

export const uuidPrimaryKey = defineCheck<{ id: string; key: string | null }>({
  id: 'uuid-primary-key',
  expected: 'a primary key of one uuid column, which is id, or in a one-to-one table the key of its parent',
  query: `
    select t.id, pg_get_constraintdef(p.oid) as key
      from tables t
      left join pg_constraint p on p.conrelid = t.oid and p.contype = 'p'
      left join pg_attribute a on a.attrelid = t.oid and p.conkey = array[a.attnum]
     where a.attnum is null or a.atttypid <> 'uuid'::regtype
        or (a.attname <> 'id'
            and not exists (select from pg_constraint f where f.conrelid = t.oid and f.contype = 'f' and a.attnum = any (f.conkey)))
     order by t.id`,
  offences: (rows) =>
    rows.map(({ id, key }) => ({
      object: id,
      seen: key ?? 'no primary key',
      evidence: constraintsOf(id, 'p'),
    })),
});
