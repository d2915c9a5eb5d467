import { defineCheck, literal } from '../check.ts';

interface Named {
  readonly object: string;
  readonly name: string;
}

export const snakeCase = defineCheck<Named>({
  id: 'snake-case',
  expected: 'small letters, digits and single underscores',
  query: `
    select object, name from (
      select r.id, r.name from relations r
      union all
      select format('%s.%I', r.id, a.attname), a.attname
        from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      union all
      select f.id, f.name from functions f
      union all
      select format('%s argument %s', f.id, x), x from functions f, unnest(f.proargnames) x where x <> ''
      union all
      select format('trigger %I on %s', g.tgname, t.id), g.tgname from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
      union all
      select format('type %s.%I', s.id, y.typname), y.typname
        from pg_type y join schemas s on s.oid = y.typnamespace
       where y.typtype in ('e', 'd', 'r')
         and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = y.oid and d.deptype = 'e')
    ) named (object, name)
     where name !~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$' order by object`,
  offences: (rows) =>
    rows.map(({ object, name }) => ({
      object,
      seen: name,
      evidence: `select ${literal(name)} ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$';`,
    })),
});
