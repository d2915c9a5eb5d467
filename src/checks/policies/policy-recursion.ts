import { defineCheck, policiesOf } from '../check.ts';

/** A relation that is queried by a policy of another, or by a view that runs with its caller's rights. */
interface Edge {
  /** The policy where it is one of a ruled schema. */
  readonly policy: string | null;
  readonly from: string;
  readonly to: string;
  /** Whether it counts when `from` is read: a view, or a policy for select or all commands. */
  readonly whenRead: boolean;
}

export const policyRecursion = defineCheck<Edge>({
  id: 'policy-recursion',
  expected: 'a policy that queries only tables whose own policies do not lead back',
  // In the tree of a policy, every relation that it queries stands with its id.
  query: `
    select (select p.id from policies p where p.oid = x.oid) as policy, x.polrelid::regclass::text as "from", m.id::regclass::text as "to",
           x.polcmd in ('r', '*') as "whenRead"
      from pg_policy x
      cross join lateral (select distinct r[1]::oid as id
                            from regexp_matches(concat(x.polqual, x.polwithcheck), ':relid (\\d+)', 'g') r where r[1] <> '0') m
    union all
    select null, v.oid::regclass::text, d.refobjid::regclass::text, true
      from pg_class v join pg_rewrite w on w.ev_class = v.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid
     where v.relkind = 'v' and 'true' = any (select option_value::bool::text from pg_options_to_table(v.reloptions) where option_name = 'security_invoker')
     group by v.oid, d.refobjid
     order by 1, 2, 3`,
  offences: (rows) =>
    rows.flatMap(({ policy, from, to }) => {
      const path = policy ? pathBetween(to, from, rows) : undefined;
      if (!policy || !path) return [];
      return [{ object: policy, seen: [from, ...path].join(' → '), evidence: policiesOf(from) }];
    }),
});

/** The relations that reading `start` leads through to `end`, both included. */
function pathBetween(
  start: string,
  end: string,
  edges: readonly Edge[],
  seen = new Set<string>(),
): string[] | undefined {
  if (start === end) return [start];
  seen.add(start);
  for (const { from, to, whenRead } of edges) {
    if (from !== start || !whenRead || seen.has(to)) continue;
    const rest = pathBetween(to, end, edges, seen);
    if (rest) return [start, ...rest];
  }
  return undefined;
}
