import type { Constraint, ForeignKey } from '../../../catalog/constraints.ts';
import { quoteIdentifier as quoted } from '../../../sql/quote.ts';
import type { Draft, MutationSubject } from '../subject.ts';
import { namesOfColumns } from './policy-columns.ts';
import { editedStatements, type TableThing, tableDraft } from './table-edits.ts';

const ACTIONS = ['no action', 'cascade', 'set null'] as const;

/**
 * Keys, foreign keys and checks dropped, and changed: the rules for deletes and updates, when they are checked, and each
 * small change of a check's condition. Those that came with a parent are changed there.
 */
export function constraints(subject: MutationSubject): Draft[] {
  const ruling = namesOfColumns(subject.catalog.policies);
  return subject.catalog.constraints
    .filter(({ inherited }) => !inherited)
    .flatMap((constraint) => {
      const thing: TableThing = {
        table: constraint.table,
        name: `constraint ${constraint.sql}`,
        // A key whose columns a policy reads decides whose a row is.
        kind:
          constraint.kind !== 'check' && constraint.columns.some((column) => ruling.get(constraint.table)?.has(column))
            ? 'access'
            : 'other',
        also: constraint.kind === 'foreign key' ? [constraint.referenced] : [],
      };
      const drop = `alter table ${constraint.tableSql} drop constraint ${constraint.sql}`;
      return [
        // Foreign keys that refer to a key go with it.
        tableDraft(subject, thing, `${constraint.kind.replace(' ', '-')}-dropped`, '', `${drop} cascade;`),
        ...(constraint.kind === 'foreign key' ? foreignKeyDrafts(subject, thing, constraint, drop) : []),
        ...(constraint.kind === 'check' ? checkDrafts(subject, thing, constraint, drop) : []),
      ];
    });
}

function foreignKeyDrafts(subject: MutationSubject, thing: TableThing, key: ForeignKey, drop: string): Draft[] {
  const nullable = key.columns.every((name) =>
    subject.tables.some(
      ({ id, columns }) => id === key.table && columns.some((one) => one.name === name && !one.notNull),
    ),
  );
  const actions = ACTIONS.filter((action) => action !== 'set null' || nullable);
  const create = (onDelete: string, onUpdate: string): string => {
    const list = (names: readonly string[]): string => names.map(quoted).join(', ');
    return (
      `${drop}; alter table ${key.tableSql} add constraint ${key.sql} foreign key (${list(key.columns)})` +
      ` references ${key.referencedSql} (${list(key.referencedColumns)})${key.matchFull ? ' match full' : ''}` +
      ` on delete ${onDelete} on update ${onUpdate}${deferral(key)}${notValid(subject, key)};`
    );
  };
  return [
    ...actions
      .filter((action) => action !== key.onDelete)
      .map((action) => tableDraft(subject, thing, 'foreign-key-on-delete', action, create(action, key.onUpdate))),
    ...actions
      .filter((action) => action !== key.onUpdate && action !== 'set null')
      .map((action) => tableDraft(subject, thing, 'foreign-key-on-update', action, create(key.onDelete, action))),
    // Whether a key is checked at once or at the end of the transaction lets nobody do more.
    tableDraft(
      subject,
      { ...thing, kind: 'other' },
      'foreign-key-deferrable',
      '',
      `alter table ${key.tableSql} alter constraint ${key.sql} ${key.deferrable ? 'not deferrable' : 'deferrable initially deferred'};`,
    ),
  ];
}

function checkDrafts(subject: MutationSubject, thing: TableThing, check: Constraint, drop: string): Draft[] {
  const create = `alter table ${check.tableSql} add constraint ${check.sql} ${check.definition}${notValid(subject, check)}`;
  return editedStatements(subject, thing, 'check', {
    drop: `${drop};`,
    create,
    labels: subject.labels,
    trueIsNone: true,
  });
}

const deferral = ({ deferrable, initiallyDeferred }: Constraint): string =>
  deferrable ? ` deferrable${initiallyDeferred ? ' initially deferred' : ''}` : '';

/** The rows that are there may break the changed constraint; a foreign key of a partitioned table can't leave them out. */
function notValid({ tables }: MutationSubject, { table, kind, validated }: Constraint): string {
  const isPartitioned = tables.some(({ id, kind: of }) => id === table && of === 'partitioned table');
  return (kind === 'check' && !validated) || (kind === 'foreign key' && isPartitioned) ? '' : ' not valid';
}
