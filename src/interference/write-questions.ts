import type { Value, Values } from '../access/model.ts';
import { keyOf, type ProbedRow } from '../access/seed.ts';
import type { Caller } from '../access/sets/callers.ts';
import { insertStatement, matching, updateStatement } from '../access/statements.ts';
import type { Column } from '../catalog/columns.ts';
import { isTable } from '../catalog/relations.ts';
import type { Table } from '../catalog/table.ts';
import type { StoredRow } from '../functions/world.ts';
import type { ShownCall } from './call-questions.ts';
import type { Privileges } from './visible.ts';

/** As many values of other rows are tried in one column. */
const MOST_VALUES = 2;

/**
 * The writes that may succeed or fail by rows that the caller may not see: the inserts and updates of the world's rows, and
 * the same with a value of another row in each column that may have any. A trigger, a condition or a default that asks
 * for such a row tells of it by an error, or by what it writes. What unique keys tell is declared and proved elsewhere.
 */
export function writeCalls(
  tables: readonly Table[],
  probed: readonly ProbedRow[],
  stored: readonly StoredRow[],
  callers: readonly Caller[],
  privileges: Privileges,
): ShownCall[] {
  const byId = new Map(tables.map((table) => [table.id, table]));
  return probed.flatMap(({ relation, values, insert, update, absent }) => {
    const table = byId.get(relation.id);
    if (absent !== undefined || !table || !isTable(relation)) return [];
    const among = (command: 'insert' | 'update', names: readonly string[]): number[] =>
      callers.flatMap(({ role }, place) => {
        const { usage, [command]: columns } = privileges(role, relation);
        return usage && names.every((name) => columns.includes(sqlOf(table, name))) ? [place] : [];
      });
    const where = matching(relation, values, keyOf(relation, values));
    const inserts = insert ? [insert, ...withOthersValues(table, insert, stored)] : [];
    const updates = update ? [update, ...othersValues(table, stored, values)] : [];
    return [
      ...inserts.map((given) => write(insertStatement(relation, given), among('insert', Object.keys(given)))),
      ...updates.map((given) => write(updateStatement(relation, given, where), among('update', Object.keys(given)))),
    ].filter((call) => call.callers.length > 0);

    function write(sql: string, places: readonly number[]): ShownCall {
      return { of: relation.id, sql, gives: 'nothing', callers: places };
    }
  });
}

const sqlOf = ({ columns }: Table, name: string): string => columns.find((column) => column.name === name)?.sql ?? name;

/** The values, each time with one column's as another row has it. */
const withOthersValues = (table: Table, given: Values, stored: readonly StoredRow[]): Values[] =>
  othersValues(table, stored, given)
    .filter((change) => Object.keys(change).every((name) => name in given))
    .map((change) => ({ ...given, ...change }));

/** One column's value of another row, for each column that may have any value. */
function othersValues(table: Table, stored: readonly StoredRow[], own: Values): Values[] {
  const rows = stored.filter((row) => row.table.id === table.id);
  return table.columns
    .filter((column) => isFree(table, column))
    .flatMap(({ name }) => {
      const texts = new Set(rows.flatMap(({ values }) => values[name] ?? []));
      texts.delete(String(own[name]));
      return [...texts].slice(0, MOST_VALUES).map((text): Record<string, Value> => ({ [name]: text }));
    });
}

/** Whether a column may have any value of its type: it is no part of a key, and says not whose the row is. */
function isFree({ primaryKey, keys, foreignKeys, indexes }: Table, column: Column): boolean {
  const { name, typeName, isText, labels, generation } = column;
  const bound =
    primaryKey.includes(name) ||
    [...keys, ...foreignKeys].some(({ columns }) => columns.includes(name)) ||
    indexes.some((index) => index.unique && index.keys.some((key) => key.column === name));
  return !bound && !generation && !labels && (isText || VALUES.has(typeName));
}

/** Types of which one value is as good as another for what a row says; a boolean has too few to tell rows apart. */
const VALUES = new Set(['smallint', 'integer', 'bigint', 'numeric', 'date']);
