import { defineCheck, literal } from '../check.ts';

export const invokerInApi = defineCheck<{ id: string; kind: string }>({
  id: 'invoker-in-api',
  expected: 'in the API, a view with security_invoker, and no relation that policies cannot guard',
  query: `
    select r.id, case r.relkind when 'v' then 'a view with its owner’s rights' when 'm' then 'a materialized view' else 'a foreign table' end as kind
      from relations r
     where r.api and r.relkind in ('v', 'm', 'f')
       and (r.relkind <> 'v'
            or not exists (select from pg_options_to_table(r.reloptions) where option_name = 'security_invoker' and option_value::bool))
     order by r.id`,
  offences: (rows) =>
    rows.map(({ id, kind }) => ({
      object: id,
      seen: kind,
      evidence: `select relkind, reloptions from pg_class where oid = ${literal(id)}::regclass;`,
    })),
});
