import type { Persona } from '../access/model.ts';
import { keyOf, type TriedRow } from '../access/seed.ts';
import { deleteStatement, insertStatement, matching, updateStatement } from '../access/statements.ts';
import type { Relation } from '../catalog/relations.ts';
import type { Call, RowTexts } from './ask.ts';
import type { RowChange } from './changes.ts';

/** A statement on a relation: what it changes besides the row that it names comes from triggers, rules and cascades. */
export interface StatementCall extends Call {
  /** Whether a change is the one that the statement asks for. */
  isMeant(change: RowChange): boolean;
}

/**
 * The statements by which functions are reached that nobody calls: reads of every relation evaluate policies and views, and
 * the writes of the world's rows fire triggers. Everybody runs all of them.
 */
export function statementsOf(
  relations: readonly Relation[],
  written: readonly TriedRow[],
  personas: readonly Persona[],
): StatementCall[] {
  const callers = personas.map((_, place) => place);
  return [
    ...relations.map((relation): StatementCall => {
      const sql = `select * from ${relation.sql} limit ${MOST_ROWS}`;
      return { of: `select ${relation.id}`, sql, gives: 'rows', callers, isMeant: () => false };
    }),
    ...written.filter(({ absent }) => absent === undefined).flatMap((row) => writesOf(row, callers)),
  ];
}

const MOST_ROWS = 50;

function writesOf(row: TriedRow, callers: readonly number[]): StatementCall[] {
  const { relation, values, insert, update } = row;
  const where = matching(relation, values, keyOf(relation, values));
  const statement = (
    command: RowChange['command'],
    sql: string,
    names: Readonly<Record<string, unknown>>,
  ): StatementCall => ({
    of: `${command} ${relation.id}`,
    sql,
    gives: 'nothing',
    callers,
    isMeant: (change) => isMeant(relation, command, names, change),
  });
  const key = Object.fromEntries(keyOf(relation, values).map((name) => [name, values[name] ?? null]));
  return [
    ...(insert ? [statement('insert', insertStatement(relation, insert), insert)] : []),
    ...(update ? [statement('update', updateStatement(relation, update, where), key)] : []),
    statement('delete', deleteStatement(relation, where), key),
  ];
}

/** A write of a view is meant to write the tables that it reads. */
function isMeant(
  { id, kind, reads }: Relation,
  command: RowChange['command'],
  names: Readonly<Record<string, unknown>>,
  change: RowChange,
): boolean {
  if (change.command !== command) return false;
  if (kind !== 'table' && kind !== 'partitioned table') return reads.map(unquoted).includes(change.table);
  const row: RowTexts = (command === 'insert' ? change.now : change.was) ?? {};
  return change.table === id && Object.entries(names).every(([name, value]) => isLike(row[name] ?? null, value));
}

/** Whether a stored text may be of the value: of those that are written in several ways, only the place is compared. */
function isLike(text: string | null, value: unknown): boolean {
  if (value === null || text === null) return value === null && text === null;
  return typeof value === 'object' || text === String(value) || /[T:[{]/.test(text);
}

const unquoted = (sql: string): string => sql.replaceAll('"', '');
