import type pg from 'pg';
import type { WorldRow } from '../access/model.ts';
import { plantWorld } from '../access/seed.ts';
import { readStructure, type StructureLine } from '../catalog/structure.ts';
import type { Deviation, Findings } from '../report/deviation.ts';
import { compareRows, type TableChange } from './rows/compare.ts';
import { readAllRows, type TableRows } from './rows/read.ts';
import { type ColumnsSet, columnsSetBy, triggerOf } from './rows/triggers.ts';

/** A migration as it is run: its text with includes and placeholders resolved. */
export interface CompiledMigration {
  readonly name: string;
  readonly sql: string;
  /** False when its header says `--! no-transaction`. */
  readonly transaction: boolean;
}

interface DatabaseState {
  readonly structure: readonly StructureLine[];
  readonly rows: readonly TableRows[];
}

const FIX =
  'Write it so that it can run again: `drop … if exists` first (policies, triggers), `create … if not exists`, `create or replace`, `insert … on conflict do nothing`, `update … where` the value is not set yet.';

/**
 * Proves that a migration can run again: on a database that has it, with the world's rows in it, it is run twice more,
 * each time in a transaction of its own (in one, now() would be constant and hide a timestamp that changes). The catalogs
 * must stay unchanged, and the rows must be equal after either run.
 * @param client connected to a database created for this: the world's rows and the migration's changes stay in it
 */
export async function proveRerunnable(
  client: pg.Client,
  migration: CompiledMigration,
  world: readonly WorldRow[],
): Promise<Findings> {
  await client.query('begin');
  await plantWorld(client, world);
  await client.query('commit');
  const before = await readState(client);
  const first = await runAgain(client, migration);
  if (first) return { deviations: [first], notEvaluated: [] };
  const once = await readState(client);
  const second = await runAgain(client, migration);
  if (second) return { deviations: [second], notEvaluated: [] };
  const twice = await readState(client);
  return {
    deviations: [
      ...structureChanges(migration, before, once, 'a second run'),
      ...structureChanges(migration, once, twice, 'a third run'),
      ...(await rowChanges(migration, once, twice)),
    ],
    notEvaluated: [],
  };
}

async function readState(client: pg.Client): Promise<DatabaseState> {
  return { structure: await readStructure(client), rows: await readAllRows(client) };
}

/** Runs a migration as graphile-migrate does: one simple query, in a transaction unless its header says otherwise. */
export async function runMigration(client: pg.Client, { sql, transaction }: CompiledMigration): Promise<void> {
  await client.query(transaction ? `begin;\n${sql}\n;commit;` : sql);
}

async function runAgain(client: pg.Client, migration: CompiledMigration): Promise<Deviation | undefined> {
  const { name } = migration;
  try {
    await runMigration(client, migration);
    return undefined;
  } catch (error) {
    await client.query('rollback');
    return { check: 're-runnable', where: name, expected: 'runs again', seen: (error as Error).message, fix: FIX };
  }
}

function structureChanges(
  migration: CompiledMigration,
  before: DatabaseState,
  after: DatabaseState,
  run: string,
): Deviation[] {
  const was = new Map(before.structure.map(({ object, definition }) => [object, definition]));
  const is = new Map(after.structure.map(({ object, definition }) => [object, definition]));
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((object) => was.get(object) !== is.get(object))
    .map((object) => ({
      check: 're-runnable' as const,
      where: `${migration.name} · ${object}`,
      expected: `${run} leaves the catalogs unchanged`,
      seen: `${was.get(object) ?? 'absent'} → ${is.get(object) ?? 'missing'}`,
      fix: FIX,
    }));
}

async function rowChanges(
  { name, sql }: CompiledMigration,
  before: DatabaseState,
  after: DatabaseState,
): Promise<Deviation[]> {
  const changes = compareRows(before.rows, after.rows);
  if (changes.length === 0) return [];
  const set = await columnsSetBy(sql);
  return changes.map((change) => ({
    check: 're-runnable' as const,
    where: `${name} · rows of ${change.table}`,
    expected: 'the same rows after it has run once and twice more',
    ...rowsInWords(change, set),
  }));
}

/** The changes of rows between two runs, in words. Where only a trigger moved a column, the rows were updated again without need. */
function rowsInWords(change: TableChange, set: ColumnsSet): Pick<Deviation, 'seen' | 'evidence' | 'fix'> {
  const { added, deleted, addedKeys, deletedKeys, changed, filled } = change;
  const columns = [...changed, ...filled].map(({ column, rows }) => ({
    column,
    rows,
    by: triggerOf(change, column, set),
  }));
  const triggers = columns.flatMap(({ by }) => by ?? []);
  const only = added + deleted === 0 && triggers.length === columns.length;
  const counted = (rows: number): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`;
  const seen = [
    ...(added + deleted > 0 ? [`${counted(deleted)} disappeared and ${added} appeared`] : []),
    ...columns.map(({ column, rows, by }) => `${column} changed in ${counted(rows)}${by ? `, by trigger ${by}` : ''}`),
  ].join('; ');
  const evidence = [
    ...deletedKeys.map((key) => `- ${key}`),
    ...addedKeys.map((key) => `+ ${key}`),
    ...changed.flatMap(({ examples }) => examples),
  ].slice(0, EXAMPLES);
  return {
    seen: only ? `only ${seen}` : seen,
    ...(evidence.length > 0 ? { evidence: evidence.join('\n') } : {}),
    fix: only
      ? 'Update only the rows that are not yet as they should be (`where … is distinct from …`): the trigger moves the column of each row that is updated.'
      : FIX,
  };
}

const EXAMPLES = 6;
