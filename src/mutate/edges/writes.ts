import type { Values } from '../../access/model.ts';
import { keyOf, type ProbedRow } from '../../access/seed.ts';
import { literal, matching } from '../../access/statements.ts';
import type { Column } from '../../catalog/columns.ts';
import type { Call } from '../../functions/ask.ts';
import type { StoredRow } from '../../functions/world.ts';
import { quoteLiteral } from '../../sql/quote.ts';

/** So many values of the world's rows are tried for a column. */
const MOST = 3;

/**
 * Writes of a row of the world, one column at a time: set to each of some values, left out of the insert, and given in it. Each
 * gives the row as it is then, so that what triggers make of it is seen.
 * @param callers who runs them: places in the list of callers
 */
export function columnWrites(row: ProbedRow, stored: readonly StoredRow[], callers: readonly number[]): Call[] {
  const { relation, values, insert, update } = row;
  if (row.absent !== undefined) return [];
  const where = matching(relation, values, keyOf(relation, values));
  const call = (command: string, sql: string): Call => ({
    of: `${command} ${relation.id}`,
    sql,
    gives: 'written',
    callers,
  });
  const columns = relation.columns.filter(({ generated }) => !generated);
  const choices = columns.map((column) => ({ column, texts: valuesFor(column, stored) }));
  const set = (assignments: readonly string[]): Call =>
    call('update', `update ${relation.sql} set ${assignments.join(', ')} where ${where} returning *`);
  const added = (given: Values, replaced?: readonly [Column, string]): Call => {
    const all = new Map(
      columns.flatMap(({ name, sql, type }) =>
        name in given ? [[sql, literal(given[name] ?? null, type)] as const] : [],
      ),
    );
    if (replaced) all.set(replaced[0].sql, replaced[1]);
    const list = `(${[...all.keys()].join(', ')}) values (${[...all.values()].join(', ')})`;
    return call('insert', `insert into ${relation.sql} ${all.size > 0 ? list : 'default values'} returning *`);
  };
  const without = (name: string): Values =>
    Object.fromEntries(Object.entries(insert ?? {}).filter(([one]) => one !== name));
  const changed = Object.entries(update ?? {}).flatMap(([name, value]) => {
    const column = columns.find((one) => one.name === name);
    return column ? [`${column.sql} = ${literal(value, column.type)}`] : [];
  });
  return [
    ...(changed.length > 0 ? [set(changed)] : []),
    ...choices.flatMap(({ column, texts }) => texts.map((text) => set([`${column.sql} = ${text}`]))),
    ...(insert
      ? [
          added(insert),
          ...Object.keys(insert).map((name) => added(without(name))),
          ...choices.flatMap(({ column, texts }) => texts.map((text) => added(insert, [column, text]))),
        ]
      : []),
    call('delete', `delete from ${relation.sql} where ${where} returning *`),
  ];
}

/** Values as SQL: those that rows of the world have in a column of the name, and some of the type. */
function valuesFor({ name, type, typeName, isText, labels }: Column, stored: readonly StoredRow[]): string[] {
  const known = [...new Set(stored.flatMap(({ values }) => values[name] ?? []))].slice(0, MOST);
  const own = labels ?? (isText ? ['Another', ''] : (OF_TYPE[typeName] ?? []));
  return ['null', ...[...new Set([...known, ...own])].map((text) => `${quoteLiteral(text)}::${type}`)];
}

const NUMBERS = ['0', '2', '-1'];
const TIMES = ['2020-01-01', '2999-12-31'];
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false'],
  smallint: NUMBERS,
  integer: NUMBERS,
  bigint: NUMBERS,
  numeric: NUMBERS,
  date: TIMES,
  'timestamp with time zone': TIMES,
  'timestamp without time zone': TIMES,
  jsonb: ['{}', '[]'],
  uuid: ['00000000-0000-4000-8000-fffffffffffc'],
};
