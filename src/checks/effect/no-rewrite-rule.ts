import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { type Check, onTable } from '../check.ts';

export const noRewriteRule: Check = {
  id: 'no-rewrite-rule',
  expected: 'triggers, where a statement is to do something else or more',
  offences: ({ relations, all }) => {
    const tables = new Map(relations.map(({ id, sql }) => [id, sql]));
    return sortedBy(
      all.rules.filter(({ table }) => tables.has(table)),
      ({ sql, table }) => [tables.get(table) ?? '', sql],
    ).map((rule) => {
      const table = tables.get(rule.table) ?? rule.table;
      return {
        object: onTable(rule, table),
        seen: `a rule ${rule.instead ? 'instead of' : 'besides'} ${rule.event}${rule.enabled === 'disabled' ? ', disabled' : ''}`,
        evidence: `select rulename, ev_enabled, pg_get_ruledef(oid) from pg_rewrite where ev_class = ${quoteLiteral(table)}::regclass and rulename <> '_RETURN';`,
      };
    });
  },
};
