import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

export const eventTriggerEnabled: Check = {
  id: 'event-trigger-enabled',
  expected: 'event triggers that fire',
  // They belong to no schema, and watch over all of them.
  offences: ({ all }) =>
    sortedBy(
      all.eventTriggers.filter(({ enabled }) => enabled === 'disabled' || enabled === 'replica'),
      ({ sql }) => [sql],
    ).map(({ name, sql, event, enabled }) => ({
      object: sql,
      seen: `${enabled === 'disabled' ? 'disabled' : 'enabled for replicas only'}: it does not fire at ${event}`,
      evidence: `select evtname, evtenabled, evtfoid::regprocedure from pg_event_trigger where evtname = ${quoteLiteral(name)};`,
    })),
};
