import type pg from 'pg';
import type { Table } from '../../catalog/table.ts';
import type { ProbedRow } from '../seed.ts';
import { insertStatement } from '../statements.ts';
import { ask, type Question } from './ask.ts';
import type { Caller } from './callers.ts';
import type { Expectations } from './expected.ts';
import { type Asked, observeReads, pairOf } from './observe.ts';
import type { AskedRow } from './rows.ts';

/** A key by whose violation a caller learns of a row that the caller may not see. */
export interface Telling {
  readonly caller: Caller;
  /** `schema.table (column, column)`, as the configuration names it. */
  readonly key: string;
  readonly statement: string;
  readonly message: string;
}

/**
 * Inserts rows of each persona's own that have in a unique key what a row has that the persona does not see: if the key
 * refuses it, it tells that there is such a row. Keys of uuids alone tell only who knows the id already, and a key with
 * the owner in it tells everybody of their own rows alone.
 * @param rows of the world, one a class, while the keys are there
 */
export async function findTelling(
  client: pg.Client,
  asked: Asked,
  own: readonly ProbedRow[],
  rows: readonly AskedRow[],
  expected: Expectations,
  ids: ReadonlyMap<string, readonly string[]>,
): Promise<Telling[]> {
  const { table, callers } = asked;
  const keys = guessableKeys(table);
  const inserting = callers.flatMap(({ kind, role }, place) => {
    const { usage, insert } = asked.privileges(role);
    return kind === 'persona' && usage && insert.length > 0 ? [place] : [];
  });
  if (keys.length === 0 || inserting.length === 0) return [];
  const seen = await observeReads(client, asked, rows, inserting);
  const trials: { caller: Caller; key: string; columns: readonly string[]; question: Question }[] = [];
  for (const [place, caller] of callers.entries()) {
    if (!inserting.includes(place)) continue;
    const insertable = asked.privileges(caller.role).insert;
    for (const { relation, row: name, insert } of own) {
      const row = rows.find((one) => one.row === name);
      if (!insert || !row || seen.select.has(pairOf(place, row.id))) continue;
      const mine = ownValues(table, insert, expected.ownersIn(name), caller, ids);
      if (!mine) continue;
      for (const { name: key, columns } of keys) {
        const sqls = columns.map((column) => sqlOf(table, column));
        const isOwners = sqls.some((sql) => expected.ownersIn(name).has(sql));
        if (isOwners || !sqls.every((sql) => insertable.includes(sql))) continue;
        const theirs = Object.fromEntries(columns.map((column) => [column, row.stored[sqlOf(table, column)] ?? null]));
        if (Object.values(theirs).includes(null)) continue;
        const values = Object.entries({ ...mine, ...theirs }).filter(([column]) =>
          insertable.includes(sqlOf(table, column)),
        );
        const sql = insertStatement(relation, Object.fromEntries(values));
        trials.push({ caller, key, columns, question: { kind: 'write', sql, callers: [place] } });
      }
    }
  }
  const answers = await ask(
    client,
    callers,
    trials.map(({ question }) => question),
  );
  return answers.flatMap(({ question, error }) => {
    const trial = trials[question];
    if (!trial || error?.state !== UNIQUE_VIOLATION || error.nested) return [];
    const { caller, key, columns } = trial;
    // Another key may be in the way first.
    if (!error.message.includes(`"${key}"`)) return [];
    return [
      { caller, key: `${table.id} (${columns.join(', ')})`, statement: trial.question.sql, message: error.message },
    ];
  });
}

const UNIQUE_VIOLATION = '23505';

/** The row that a persona would insert as its own; undefined where that can't be told, or the spec does not allow it. */
function ownValues(
  table: Table,
  insert: NonNullable<ProbedRow['insert']>,
  owners: ReadonlyMap<string, string>,
  caller: Caller,
  ids: ReadonlyMap<string, readonly string[]>,
): NonNullable<ProbedRow['insert']> | undefined {
  const mine = Object.entries(insert).map(([column, value]) => {
    const owner = owners.get(sqlOf(table, column));
    if (!owner || typeof value !== 'string') return [column, value] as const;
    const at = ids.get(owner)?.indexOf(value) ?? -1;
    return [column, at < 0 ? value : (ids.get(caller.name)?.[at] ?? null)] as const;
  });
  return mine.some(([, value]) => value === null) ? undefined : Object.fromEntries(mine);
}

const sqlOf = (table: Table, name: string): string => table.columns.find((column) => column.name === name)?.sql ?? name;

interface GuessableKey {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The types of a primary key of one column that only numbers its rows: that a number is taken tells nothing of the row. */
const NUMBERS = new Set(['smallint', 'integer', 'bigint']);

/**
 * The keys and unique indexes on columns whose values people can guess and that say something of the row: not uuids
 * alone, nor generated ones, nor a number as the primary key.
 */
function guessableKeys({ keys, indexes, columns }: Table): GuessableKey[] {
  const isNumber = (names: readonly string[]): boolean =>
    names.length === 1 && columns.some(({ name, typeName }) => name === names[0] && NUMBERS.has(typeName));
  const isGuessable = (names: readonly string[]): boolean =>
    names.some((name) =>
      columns.some((column) => column.name === name && column.typeName !== 'uuid' && !column.identity),
    );
  const unique = indexes
    .filter((index) => index.unique && index.constraint === null && index.keys.every(({ column }) => column))
    .map(({ name, keys: own }) => ({ name, columns: own.flatMap(({ column }) => column ?? []) }));
  const named = keys.filter(
    ({ kind, columns: own }) => kind !== 'exclusion' && !(kind === 'primary key' && isNumber(own)),
  );
  return [...named, ...unique].filter((key) => isGuessable(key.columns));
}
