import { sortedBy } from '../../catalog/order.ts';
import type { Trigger } from '../../catalog/triggers.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

export const updatedAtTrigger: Check = {
  id: 'updated-at-trigger',
  expected: 'a trigger, before update of any column and for each row, that sets updated_at',
  offences: ({ tables }) =>
    sortedBy(
      tables.filter(
        ({ columns, triggers }) => columns.some(({ name }) => name === 'updated_at') && !triggers.some(sets),
      ),
      ({ sql }) => [sql],
    ).map(({ sql }) => ({
      object: sql,
      seen: 'none',
      evidence: `select tgname, tgenabled, pg_get_triggerdef(oid) from pg_trigger where tgrelid = ${quoteLiteral(sql)}::regclass and not tgisinternal;`,
    })),
};

/** Whether a trigger sets the column at every update: its function names it, or takes its name as an argument, as moddatetime does. */
function sets({ enabled, timing, events, forEach, columns, functionSource, arguments: given }: Trigger): boolean {
  return (
    (enabled === 'origin' || enabled === 'always') &&
    timing === 'before' &&
    forEach === 'row' &&
    events.includes('update') &&
    columns.length === 0 &&
    [functionSource, ...given].some((text) => text.includes('updated_at'))
  );
}
