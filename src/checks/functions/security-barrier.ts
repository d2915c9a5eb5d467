import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

/** Source of the rule: "Rules and Privileges" in PostgreSQL's documentation (security_barrier views). */
export const securityBarrier: Check = {
  id: 'security-barrier',
  expected: 'with security_barrier, where a view that runs with its owner’s rights leaves rows out',
  offences: ({ relations }) =>
    sortedBy(
      relations.filter(
        ({ kind, securityInvoker, filters, options }) =>
          kind === 'view' && !securityInvoker && filters && !isOn(options.security_barrier),
      ),
      ({ sql }) => [sql],
    ).map(({ sql }) => ({
      object: sql,
      seen: 'without it, conditions of the caller may be evaluated on rows that the view leaves out',
      evidence: `select reloptions, pg_get_viewdef(oid) from pg_class where oid = ${quoteLiteral(sql)}::regclass;`,
    })),
};

/** An option is kept as it was written: PostgreSQL takes `true`, `on`, `yes`, `1` and their beginnings for true. */
const isOn = (value: string | undefined): boolean => /^(t(r(ue?)?)?|y(es?)?|on|1)$/i.test(value ?? '');
