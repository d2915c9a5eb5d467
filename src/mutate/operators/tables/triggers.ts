import type { Trigger } from '../../../catalog/triggers.ts';
import { plpgsqlPieces } from '../bodies/plpgsql-pieces.ts';
import type { Draft, MutationSubject } from '../subject.ts';
import { editedStatements, type TableThing, tableDraft } from './table-edits.ts';
import { changedTriggers } from './trigger-definitions.ts';

/**
 * Each trigger dropped, disabled, and at another moment, for fewer events, for any column, and with each small change of WHEN
 * (to true is without it). One whose function refuses something concerns access.
 */
export function triggers(subject: MutationSubject): Draft[] {
  return subject.catalog.triggers
    .filter(({ internal, inherited }) => !internal && !inherited)
    .flatMap((trigger) => {
      const kind = refuses(subject, trigger) ? 'access' : 'other';
      const thing: TableThing = { table: trigger.table, name: `trigger ${trigger.sql}`, kind };
      const drop = `drop trigger ${trigger.sql} on ${trigger.tableSql};`;
      const isOnTable = subject.tables.some(({ id }) => id === trigger.table);
      return [
        tableDraft(subject, thing, 'trigger-dropped', '', drop),
        ...(isOnTable && trigger.enabled !== 'disabled'
          ? [
              tableDraft(
                subject,
                thing,
                'trigger-disabled',
                '',
                `alter table ${trigger.tableSql} disable trigger ${trigger.sql};`,
              ),
            ]
          : []),
        ...changedTriggers(trigger).map(({ operator, place, sql }) =>
          tableDraft(subject, thing, operator, place, `${drop} ${sql};`),
        ),
        ...editedStatements(subject, thing, 'trigger-when', {
          drop,
          create: trigger.definition,
          labels: subject.labels,
        }),
      ];
    });
}

const refuses = ({ catalog }: MutationSubject, trigger: Trigger): boolean =>
  catalog.functions.some(
    (routine) =>
      `${routine.schema}.${routine.name}` === trigger.function &&
      routine.language === 'plpgsql' &&
      plpgsqlPieces(routine).some(({ kind }) => kind === 'raise'),
  );
