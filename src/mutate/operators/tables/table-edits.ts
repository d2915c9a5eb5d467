import { editsOf } from '../edits/all.ts';
import { fromBytes, parsedCode, STATEMENT, toBytes } from '../edits/code.ts';
import type { OtherLabels } from '../edits/constants.ts';
import { described } from '../edits/described.ts';
import { applied } from '../edits/edit.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/** The part of a draft that is the same for all changes of one thing of a table. */
export interface TableThing {
  readonly table: string;
  /** Its name, after that of the table; empty for the table itself. */
  readonly name: string;
  readonly kind: Draft['kind'];
  /** Other tables that it is about. */
  readonly also?: readonly string[];
}

export function tableDraft(
  { concernsOf }: MutationSubject,
  thing: TableThing,
  operator: string,
  place: string,
  sql: string,
): Draft {
  const object = [thing.table, thing.name].filter((text) => text !== '').join(' ');
  return {
    operator,
    object,
    place,
    what: `${object}: ${operator.replaceAll('-', ' ')} ${place}`.trim(),
    sql,
    concerns: [...new Set([thing.table, ...(thing.also ?? [])].flatMap(concernsOf))],
    kind: thing.kind,
  };
}

/**
 * Each small change of a statement that creates something, after the statement that drops it.
 * @param statement.trueIsNone whether a condition that is true is none, and that a mutant already
 */
export function editedStatements(
  subject: MutationSubject,
  thing: TableThing,
  operator: string,
  statement: {
    readonly drop: string;
    readonly create: string;
    readonly labels: OtherLabels;
    readonly trueIsNone?: boolean;
  },
): Draft[] {
  const text = toBytes(statement.create);
  const edits = editsOf(parsedCode(text, STATEMENT), statement.labels);
  const outermost = statement.trueIsNone ? edits.find(({ operator: kind }) => kind === 'condition-true') : undefined;
  return edits
    .filter((edit) => edit !== outermost)
    .map((edit) =>
      tableDraft(
        subject,
        thing,
        `${operator}-${edit.operator}`,
        described(text, edit),
        `${statement.drop} ${fromBytes(applied(text, edit))};`,
      ),
    );
}
