import type pg from 'pg';
import type { Table } from '../../catalog/table.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Command } from '../model.ts';
import type { RelationPrivileges } from '../relation-privileges.ts';
import { type AskedError, ask, type Question } from './ask.ts';
import type { Caller } from './callers.ts';
import type { Expectations } from './expected.ts';
import { type Asked, pairOf, type TableObservation } from './observe.ts';
import { type AskedRow, storedValue } from './rows.ts';
import { rowId } from './scratch.ts';
import type { Variant } from './variants.ts';

/** Something that a caller can do with a row, and that the spec does not allow. */
export interface Hole {
  readonly caller: Caller;
  readonly command: Command;
  readonly row: AskedRow;
  readonly statement: string;
  /** Whether the change is one that the caller makes to the row, and the row is the world's. */
  readonly makes?: true;
  /** Why the statement failed after the row had been given to the caller, if it did. */
  readonly after?: AskedError;
}

/** How many rows of a kind are tried in earnest for each caller and command; more would only show the same again. */
const MOST = 4;

/**
 * The rows that callers see and write against the spec. A row that a write reaches is written in earnest, with nothing
 * but that row let through: only then WITH CHECK, triggers and constraints have their say. What a constraint refuses was allowed
 * as far as access goes: it would not refuse another row.
 */
export async function findHoles(
  client: pg.Client,
  asked: Asked,
  rows: readonly AskedRow[],
  seen: TableObservation,
  expected: Expectations,
): Promise<Hole[]> {
  const { table, callers } = asked;
  const open = (command: 'select' | 'update' | 'delete', caller: Caller, place: number): AskedRow[] =>
    foremost(rows.filter((row) => seen[command].has(pairOf(place, row.id)) && !expected.may(caller, command, row)));
  const holes: Hole[] = [];
  const trials: WriteTrial[] = [];
  for (const [place, caller] of callers.entries()) {
    for (const row of open('select', caller, place))
      holes.push({
        caller,
        command: 'select',
        row,
        statement: readStatement(table, row, asked.privileges(caller.role)),
      });
    for (const row of open('delete', caller, place))
      trials.push({ caller, command: 'delete', row, question: write(`delete from ${table.sql}`, row, place) });
    for (const row of open('update', caller, place))
      for (const column of plainFirst(table, asked.privileges(caller.role).update))
        trials.push({ caller, command: 'update', row, question: write(setColumn(table, row, column), row, place) });
  }
  return [...holes, ...(await tryInEarnest(client, asked, trials))];
}

/**
 * Rows that their owner can give to somebody else, unless the spec names the column among those that they may update: by
 * this change alone, and together with each that a WITH CHECK condition could tell apart.
 * @param mayUpdate whether the spec names the column for that persona and class
 */
export async function findGiveaways(
  client: pg.Client,
  asked: Asked,
  rows: readonly AskedRow[],
  variants: readonly Variant[],
  expected: Expectations,
  ids: ReadonlyMap<string, readonly string[]>,
  mayUpdate: (caller: Caller, row: AskedRow, column: string) => boolean,
): Promise<Hole[]> {
  const { table, callers } = asked;
  const trials = rows.flatMap((row) =>
    [...expected.ownersIn(row.row)].flatMap(([column, owner]): WriteTrial[] => {
      const place = callers.findIndex(({ name, kind }) => kind === 'persona' && name === owner);
      const caller = callers[place];
      if (!caller || row.variant || mayUpdate(caller, row, column)) return [];
      const columns = asked.privileges(caller.role).update;
      const more = [{}, ...variants.map(({ changes }) => changes)];
      return othersLike(ids, owner, row.stored[column] ?? '')
        .flatMap((id) => more.map((changes) => ({ ...changes, [column]: quoteLiteral(id) })))
        .filter((changes) => Object.keys(changes).every((name) => columns.includes(name)))
        .map((changes) => ({
          caller,
          command: 'update',
          row: { ...row, variant: { changes } },
          question: write(`update ${table.sql} set ${assigned(changes)}`, row, place),
          makes: true,
        }));
    }),
  );
  return tryInEarnest(client, asked, trials);
}

const assigned = (changes: Variant['changes']): string =>
  Object.entries(changes)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ');

/** The ids of other personas that stand where this one does among those of its owner. */
export function othersLike(ids: ReadonlyMap<string, readonly string[]>, owner: string, text: string): string[] {
  const at = ids.get(owner)?.indexOf(text) ?? -1;
  return [...ids].flatMap(([name, own]) => (name === owner ? [] : (own[at] ?? [])));
}

export interface WriteTrial {
  readonly caller: Caller;
  readonly command: Command;
  readonly row: AskedRow;
  readonly question: Question;
  readonly makes?: true;
}

/** Runs writes, and gives those that went through, or failed only after access was allowed; one a caller, row and command. */
export async function tryInEarnest(
  client: pg.Client,
  { callers }: Asked,
  trials: readonly WriteTrial[],
): Promise<Hole[]> {
  const answers = await ask(
    client,
    callers,
    trials.map(({ question }) => question),
  );
  const holes = new Map<string, Hole>();
  for (const { question: place, count, error } of answers) {
    const trial = trials[place];
    if (!trial || (error ? !isAfterAccess(error) : count === 0)) continue;
    const { caller, command, row, question, makes } = trial;
    const key = [caller.name, command, row.id, JSON.stringify(row.variant ?? null)].join('\n');
    if (holes.has(key)) continue;
    holes.set(key, {
      caller,
      command,
      row,
      statement: question.sql,
      ...(makes ? { makes } : {}),
      ...(error ? { after: error } : {}),
    });
  }
  return [...holes.values()];
}

/**
 * Whether a failure says that the row had been given to the caller: a constraint was violated (class 23). Constraints are
 * checked after privileges, USING and WITH CHECK (ExecInsert and ExecUpdateAct in src/backend/executor/nodeModifyTable.c).
 */
export const isAfterAccess = ({ state }: AskedError): boolean => state.startsWith('23');

const write = (sql: string, { id }: AskedRow, place: number): Question => ({
  kind: 'write',
  sql,
  only: id,
  callers: [place],
});

/** The world's row itself says enough: what is true of it is true of its copies. */
function foremost(rows: readonly AskedRow[]): AskedRow[] {
  return [...Map.groupBy(rows, ({ row }) => row).values()].flatMap((own) => {
    const itself = own.filter(({ variant }) => variant === undefined);
    return itself.length > 0 ? itself : own.slice(0, MOST);
  });
}

/** An update that leaves a column as it is, by a constant, so that nothing has to be read. */
function setColumn(table: Table, row: AskedRow, name: string): string {
  return `update ${table.sql} set ${name} = ${storedValue(table, row, name)}`;
}

/** A column that tells nothing of which row it is comes first: it can be written without anything else in the way. */
function plainFirst({ keys, foreignKeys, columns }: Table, names: readonly string[]): string[] {
  const bound = new Set([...keys, ...foreignKeys].flatMap((key) => key.columns));
  const isBound = (name: string): number => (bound.has(columns.find(({ sql }) => sql === name)?.name ?? '') ? 1 : 0);
  return [...names].sort((one, other) => isBound(one) - isBound(other));
}

/** A select that the caller may run, of the row alone where it may read what finds it. */
function readStatement(table: Table, row: AskedRow, { select, full }: RelationPrivileges): string {
  if (full.includes('select')) return `select from ${table.sql} t where ${hint(table, row)}`;
  return `select ${select.join(', ')} from ${table.sql} t`;
}

/** The text by which people find the row: its key, or the columns in which it differs from the world's. */
function hint(table: Table, row: AskedRow): string {
  const names = row.variant ? Object.keys(row.variant.changes) : keyColumns(table);
  const found = names.map((name) => {
    const value = storedValue(table, row, name);
    return value === 'null' ? `t.${name} is null` : `t.${name} = ${value}`;
  });
  return found.length > 0 ? found.join(' and ') : `${rowId('t')} = ${quoteLiteral(row.id)}`;
}

function keyColumns({ primaryKey, columns }: Table): string[] {
  const key = columns.filter(({ name }) => primaryKey.includes(name));
  return (key.length > 0 ? key : columns.slice(0, 1)).map(({ sql }) => sql);
}
