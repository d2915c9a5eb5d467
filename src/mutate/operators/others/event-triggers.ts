import type { Draft, MutationSubject } from '../subject.ts';

/** Each event trigger dropped and disabled. */
export function eventTriggers({ catalog }: MutationSubject): Draft[] {
  return catalog.eventTriggers.flatMap(({ name, sql, enabled }) => {
    const draft = (operator: string, change: string): Draft => ({
      operator,
      object: `event trigger ${name}`,
      place: '',
      what: `Event trigger ${name}: ${operator.replace('event-trigger-', '')}`,
      sql: change,
      concerns: [],
      kind: 'other',
      needs: 'superuser',
    });
    return [
      draft('event-trigger-dropped', `drop event trigger ${sql};`),
      ...(enabled === 'disabled' ? [] : [draft('event-trigger-disabled', `alter event trigger ${sql} disable;`)]),
    ];
  });
}
