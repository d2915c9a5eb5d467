import type { Value, Values } from '../access/model.ts';
import { keyOf, type ProbedRow } from '../access/seed.ts';
import type { Caller } from '../access/sets/callers.ts';
import { deleteStatement, insertStatement, matching, updateStatement } from '../access/statements.ts';
import type { Column } from '../catalog/columns.ts';
import type { Relation } from '../catalog/relations.ts';
import type { Table } from '../catalog/table.ts';
import type { StoredRow } from '../functions/world.ts';
import type { ShownCall } from './call-questions.ts';
import type { Privileges } from './visible.ts';

/** As many values of other rows are tried in one column. */
const MOST_VALUES = 2;

/** A write, and the columns to which it gives values; none of a delete. */
interface WriteQuestion {
  readonly command: 'insert' | 'update' | 'delete';
  readonly sql: string;
  readonly names: readonly string[];
  /** Whether it is asked for the row that it wrote, too: a default or a trigger may have put another row's value there. */
  readonly isShown?: true;
}

/**
 * The writes of tables and views that may succeed or fail by rows that the caller may not see: those of the world's rows, and
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
  return probed
    .filter(({ absent }) => absent === undefined)
    .flatMap((row) => {
      const { relation } = row;
      // A view's columns are those of the same names in the tables that it reads.
      const behind = tables.filter(({ id, sql }) => id === relation.id || relation.reads.includes(sql));
      const places = callers.keys().toArray();
      const columnsFor = (place: number) => privileges(callers[place]?.role ?? '', relation);
      const may = (place: number, { command, names }: WriteQuestion): boolean => {
        const { usage, [command]: given } = columnsFor(place);
        return (
          usage && (typeof given === 'boolean' ? given : names.every((name) => given.includes(sqlOf(relation, name))))
        );
      };
      return writesOf(row, behind, stored).flatMap((write) => {
        const writers = places.filter((place) => may(place, write));
        const readers = write.isShown ? writers : [];
        const byColumns = Map.groupBy(readers, (place) => columnsFor(place).select.join(', '));
        return [
          ...(writers.length > 0 ? [callOf(relation, write.sql, 'nothing', writers)] : []),
          ...[...byColumns]
            .filter(([columns]) => columns !== '')
            .map(([columns, own]) => callOf(relation, `${write.sql} returning ${columns}`, 'written', own)),
        ];
      });
    });
}

const callOf = ({ id }: Relation, sql: string, gives: ShownCall['gives'], callers: readonly number[]): ShownCall => ({
  of: id,
  sql,
  gives,
  callers,
});

function writesOf(
  { relation, values, insert, update }: ProbedRow,
  behind: readonly Table[],
  stored: readonly StoredRow[],
): WriteQuestion[] {
  const where = matching(relation, values, keyOf(relation, values));
  const inserted = (given: Values): WriteQuestion => ({
    command: 'insert',
    sql: insertStatement(relation, given),
    names: Object.keys(given),
  });
  const updated = (given: Values): WriteQuestion => ({
    command: 'update',
    sql: updateStatement(relation, given, where),
    names: Object.keys(given),
  });
  const others = (own: Values): Values[] => othersValues(relation, behind, stored, own);
  return [
    ...(insert
      ? [
          { ...inserted(insert), isShown: true as const },
          ...others(insert).flatMap((change) =>
            Object.keys(change).every((name) => name in insert) ? [inserted({ ...insert, ...change })] : [],
          ),
        ]
      : []),
    ...(update ? [{ ...updated(update), isShown: true as const }, ...others(values).map(updated)] : []),
    { command: 'delete', sql: deleteStatement(relation, where), names: [] },
  ];
}

const sqlOf = ({ columns }: Relation, name: string): string =>
  columns.find((column) => column.name === name)?.sql ?? name;

/** One column's value of another row, for each column that may have any value. */
function othersValues(
  { columns }: Relation,
  behind: readonly Table[],
  stored: readonly StoredRow[],
  own: Values,
): Values[] {
  const rows = stored.filter(({ table }) => behind.some(({ id }) => id === table.id));
  return columns
    .filter((column) => isFree(behind, column))
    .flatMap(({ name }) => {
      const texts = new Set(rows.flatMap(({ values }) => values[name] ?? []));
      texts.delete(String(own[name]));
      return [...texts].slice(0, MOST_VALUES).map((text): Record<string, Value> => ({ [name]: text }));
    });
}

/** Whether a column may have any value of its type: it is no part of a key, and refers to no row. */
function isFree(behind: readonly Table[], { name, typeName, isText, labels, generation }: Column): boolean {
  const isBound = behind.some(
    ({ primaryKey, keys, foreignKeys, indexes }) =>
      primaryKey.includes(name) ||
      [...keys, ...foreignKeys].some(({ columns }) => columns.includes(name)) ||
      indexes.some((index) => index.unique && index.keys.some((key) => key.column === name)),
  );
  return !isBound && !generation && !labels && (isText || VALUES.has(typeName));
}

/** Types of which one value is as good as another for what a row says; a boolean has too few to tell rows apart. */
const VALUES = new Set(['smallint', 'integer', 'bigint', 'numeric', 'date']);
