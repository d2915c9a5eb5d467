import type pg from 'pg';
import type { Table } from '../../catalog/table.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Command } from '../model.ts';
import type { RelationPrivileges } from '../relation-privileges.ts';
import { standIns } from './alike.ts';
import { type AskedError, ask, type Question } from './ask.ts';
import type { Caller } from './callers.ts';
import type { Condition, Truth } from './conditions.ts';
import { type AskedRow, storedValue } from './rows.ts';
import { isAmong, noteWrites, rowId } from './scratch.ts';
import { readTruths, showRows } from './truths.ts';

/** Who is asked about a table. */
export interface Asked {
  readonly table: Table;
  readonly callers: readonly Caller[];
  readonly privileges: (role: string) => RelationPrivileges;
  readonly conditions: readonly Condition[];
}

/** The rows of a table that callers see and reach, as it is now. */
export interface TableObservation {
  /** `<caller> <row>`: the rows that select gives, and those that a write without WHERE reaches. */
  readonly select: ReadonlySet<string>;
  readonly update: ReadonlySet<string>;
  readonly delete: ReadonlySet<string>;
  /** Personas whose statement failed: what they see or reach is not known. */
  readonly failed: readonly FailedQuestion[];
  /** The values of the nodes of each condition, in the order of the conditions. */
  readonly truths: readonly (readonly Truth[])[];
  /** How many answers the statements gave: a caller who was asked, a command and a row each. */
  readonly asked: number;
}

export interface FailedQuestion {
  readonly caller: Caller;
  readonly command: Command;
  readonly error: AskedError;
}

export const pairOf = (caller: number, row: string): string => `${caller} ${row}`;

/**
 * Asks every caller what the conditions of policies are for each row; then, those who have a privilege for it, which of the
 * rows they see, and which rows an update and a delete without WHERE reach. To have rows told apart, SELECT is lent to roles that may read some columns; the caller undoes it.
 */
export async function observe(client: pg.Client, asked: Asked, rows: readonly AskedRow[]): Promise<TableObservation> {
  const { table, conditions } = asked;
  await client.query(
    [noteWrites(table), ...lendSelect(asked), ...(conditions.length > 0 ? [showRows(table, rows)] : [])].join('\n'),
  );
  const { truths, failed: undecided } = await readTruths(client, table, asked.callers, conditions);
  const commands = commandQuestions(asked, rows);
  const insteadOf = standIns(asked.callers, truths, undecided);
  const likeThem = Map.groupBy(asked.callers.keys(), (place) => insteadOf[place] ?? place);
  const answers = await ask(
    client,
    asked.callers,
    commands.map(({ question }) => ({
      ...question,
      callers: question.callers.filter((place) => insteadOf[place] === place),
    })),
  );
  const pairs = (command: string): Set<string> =>
    new Set(
      answers
        .filter(({ question }) => commands[question]?.command === command)
        .flatMap(({ caller, rows }) =>
          rows.flatMap((row) => (likeThem.get(caller) ?? []).map((place) => pairOf(place, row))),
        ),
    );
  // Callers like no persona may have claims with which every statement fails; personas have a cell that says so.
  const failed = answers.flatMap(({ caller: place, question, error }): FailedQuestion[] => {
    const caller = asked.callers[place];
    const command = commands[question]?.command;
    return error && command && caller?.kind === 'persona' ? [{ caller, command, error }] : [];
  });
  return {
    select: pairs('select'),
    update: pairs('update'),
    delete: pairs('delete'),
    failed,
    truths,
    asked: answers.length * rows.length,
  };
}

/** Asks some callers which of the rows they see, and nothing else. SELECT is lent as `observe` does. */
export async function observeReads(
  client: pg.Client,
  asked: Asked,
  rows: readonly Pick<AskedRow, 'id'>[],
  places: readonly number[],
): Promise<Pick<TableObservation, 'select'>> {
  const lent = lendSelect(asked);
  if (lent.length > 0) await client.query(lent.join('\n'));
  const question = readQuestion(asked, rows);
  const callers = question.callers.filter((place) => places.includes(place));
  const answers = await ask(client, asked.callers, [{ ...question, callers }]);
  return { select: new Set(answers.flatMap(({ caller, rows: seen }) => seen.map((row) => pairOf(caller, row)))) };
}

interface CommandQuestion {
  readonly command: 'select' | 'update' | 'delete';
  readonly question: QuestionOf;
}

type QuestionOf = Question & { readonly callers: readonly number[] };

const placesWith = ({ callers, privileges }: Asked, may: (own: RelationPrivileges) => boolean): number[] =>
  callers.flatMap(({ role }, place) => (privileges(role).usage && may(privileges(role)) ? [place] : []));

function readQuestion(asked: Asked, rows: readonly Pick<AskedRow, 'id'>[]): QuestionOf {
  return {
    kind: 'read',
    sql: `select array_agg(${rowId('t')}) from ${asked.table.sql} t where ${isAmong('t', rows)}`,
    callers: placesWith(asked, ({ select }) => select.length > 0),
  };
}

function commandQuestions(asked: Asked, rows: readonly AskedRow[]): CommandQuestion[] {
  const { table, callers, privileges } = asked;
  const { sql } = table;
  const places = (may: (own: RelationPrivileges) => boolean): number[] => placesWith(asked, may);
  const columns = [...new Set(callers.flatMap(({ role }) => updatable(privileges(role)) ?? []))];
  return [
    { command: 'select', question: readQuestion(asked, rows) },
    // A constant, so that nothing has to be read: no SELECT policy then holds back the update. A value that the column
    // has in some row, since a domain may refuse NULL before any row is reached.
    ...columns.map(
      (column): CommandQuestion => ({
        command: 'update',
        question: {
          kind: 'write',
          sql: `update ${sql} set ${column} = ${valueIn(table, rows, column)}`,
          callers: places((own) => updatable(own) === column),
        },
      }),
    ),
    { command: 'delete', question: { kind: 'write', sql: `delete from ${sql}`, callers: places((own) => own.delete) } },
  ];
}

/** A value that the column has in some row; null where it has none. */
function valueIn(table: Table, rows: readonly AskedRow[], column: string): string {
  const row = rows.find(({ stored }) => stored[column] !== null && stored[column] !== undefined);
  return row ? storedValue(table, { stored: row.stored }, column) : 'null';
}

/** One column that UPDATE may name. */
const updatable = ({ update }: RelationPrivileges): string | undefined => update[0];

function lendSelect({ table, callers, privileges }: Asked): string[] {
  const roles = [...new Set(callers.map(({ role }) => role))].filter((role) => privileges(role).select.length > 0);
  return roles.length > 0 ? [`grant select on ${table.sql} to ${roles.map(quoteIdentifier).join(', ')};`] : [];
}
