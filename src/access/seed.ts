import type pg from 'pg';
import { type Relation, readRelations } from '../catalog/relations.ts';
import type { Value, Values, WorldRow } from './model.ts';
import { schemaOf, withPlainNames } from './names.ts';
import { deleteStatement, insertStatement, matching, selectStatement } from './statements.ts';
import { anyRow, anyRowByDefaults, returningText } from './synthesize.ts';

/** A row that exists, and what the probes try with it. */
export interface ProbedRow {
  readonly relation: Relation;
  readonly row: string;
  readonly values: Values;
  readonly insert: Values | undefined;
  readonly update: Values | undefined;
  /** Why there is no row; then only probes that need none have an outcome. */
  readonly absent?: string;
}

/** A row of no class that says what to write: only statements that may fire a trigger are tried with it. */
export type TriedRow = Omit<ProbedRow, 'row'>;

/** A row that is missing, and why. */
export interface MissingRow {
  readonly table: string;
  readonly row: string;
  readonly reason: string;
  readonly statement: string;
  /** The function that refused it, as the server's context says: no such row can be added by anybody. */
  readonly refusedBy?: string;
  /** It is missing because others are: the row that it refers to, or the one for which the database makes it. */
  readonly follows?: true;
}

/** The name of the class of rows when the world has none for a table and one was generated. */
export const ANY_ROW = 'any';

/**
 * Puts the world into the open transaction, as the connection's own user, in the world's order. A row that cannot be
 * inserted is reported, and does not stop the others.
 */
export async function seed(
  client: pg.Client,
  relations: readonly Relation[],
  world: readonly WorldRow[],
): Promise<{ rows: ProbedRow[]; tried: TriedRow[]; missing: MissingRow[] }> {
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  const rows: ProbedRow[] = [];
  const tried: TriedRow[] = [];
  const missing: MissingRow[] = [];
  for (const worldRow of world) {
    const { table, values, row, insert, update } = worldRow;
    const relation = byId.get(table);
    if (!relation) {
      missing.push({ table, row: row ?? '', reason: 'There is no such table.', statement: `select from ${table}` });
      continue;
    }
    const failure = await (worldRow.existing ? findRow : insertRow)(client, relation, worldRow);
    // What the database makes by itself may only be missing because what it is made for is.
    const follows = worldRow.existing && missing.length > 0 ? { follows: true as const } : {};
    if (failure) missing.push({ table, row: row ?? '', ...follows, ...failure });
    else if (row !== undefined) rows.push({ relation, row, values, insert, update });
    else if (insert || update) tried.push({ relation, values, insert, update });
  }
  return { rows, tried, missing };
}

/**
 * Puts the world into the open transaction, as `seed` does, in whatever schemas its rows are.
 * @returns the rows that could not be put in
 */
export async function plantWorld(client: pg.Client, world: readonly WorldRow[]): Promise<readonly MissingRow[]> {
  const { world: rows } = withPlainNames({ world, access: {} });
  const schemas = [...new Set(world.map(({ table }) => schemaOf(table)))];
  const { missing } = await seed(client, await readRelations(client, { schemas }), rows);
  return missing;
}

/**
 * A row for each relation about which the world says nothing, where one can be made, in the order of the relations. A row
 * that needs a parent is tried again once others are there.
 */
export async function makeUp(client: pg.Client, relations: readonly Relation[]): Promise<ProbedRow[]> {
  const made: ProbedRow[] = [];
  let waiting = relations;
  for (;;) {
    const tried: ProbedRow[] = [];
    for (const relation of waiting) tried.push(await makeUpOne(client, relation));
    const absent = tried.filter((row) => row.absent !== undefined);
    made.push(...tried.filter((row) => row.absent === undefined));
    if (absent.length === 0 || absent.length === waiting.length) {
      const byRelation = new Map([...made, ...absent].map((row) => [row.relation, row]));
      return relations.flatMap((relation) => byRelation.get(relation) ?? []);
    }
    waiting = absent.map(({ relation }) => relation);
  }
}

async function makeUpOne(client: pg.Client, relation: Relation): Promise<ProbedRow> {
  const plain = await makeUpBy(client, relation, anyRow(relation));
  const byDefaults = anyRowByDefaults(relation);
  if (plain.absent === undefined || byDefaults === anyRow(relation)) return plain;
  return makeUpBy(client, relation, byDefaults);
}

async function makeUpBy(client: pg.Client, relation: Relation, insert: string): Promise<ProbedRow> {
  await client.query('savepoint making_up');
  try {
    const { rows } = await client.query<Record<string, Value>>(`${insert} ${returningText(relation)}`);
    const [values] = rows;
    if (values) return { relation, row: ANY_ROW, values, ...attempts(relation, values) };
    return without(relation, 'an insert adds none, since a rule or a trigger takes its place.');
  } catch (error) {
    await client.query('rollback to savepoint making_up');
    return without(relation, (error as Error).message);
  }
}

function without(relation: Relation, absent: string): ProbedRow {
  return { relation, row: ANY_ROW, values: {}, insert: undefined, update: undefined, absent };
}

/** The columns that find a row: its primary key, or all that is known of it. */
export function keyOf(relation: Relation, values: Values): readonly string[] {
  const key = relation.primaryKey.filter((name) => name in values);
  return key.length > 0 ? key : Object.keys(values);
}

function attempts(relation: Relation, values: Values): Pick<ProbedRow, 'insert' | 'update'> {
  const writable = relation.columns.filter((column) => !column.generated);
  const plain =
    writable.find((column) => !relation.primaryKey.includes(column.name) && !column.references) ?? writable[0];
  const insert = writable.filter(
    (column) => !relation.primaryKey.includes(column.name) && values[column.name] !== null,
  );
  return {
    insert: Object.fromEntries(insert.map((column) => [column.name, values[column.name] ?? null])),
    update: plain ? { [plain.name]: values[plain.name] ?? null } : undefined,
  };
}

type SeedFailure = Omit<MissingRow, 'table' | 'row'>;

/** Why a statement of the world's failed. */
function failureOf(error: unknown, statement: string): SeedFailure {
  const { message, where, code } = error as Error & { where?: string; code?: string };
  const [refusedBy] = /function \S+(?= line \d+ at RAISE)/.exec(where ?? '') ?? [];
  return {
    reason: message,
    statement,
    ...(refusedBy ? { refusedBy } : {}),
    ...(code === '23503' ? { follows: true } : {}),
  };
}

/** A row that the database created by itself: it must exist exactly once, and is deleted if declared `removed`. */
async function findRow(
  client: pg.Client,
  relation: Relation,
  { values, existing }: WorldRow,
): Promise<SeedFailure | undefined> {
  let statement = `select from ${relation.sql}`;
  try {
    const where = matching(relation, values, Object.keys(values));
    statement = existing === 'removed' ? deleteStatement(relation, where) : selectStatement(relation, where);
    await client.query('savepoint seeding');
    const { rowCount } = await client.query(statement);
    return rowCount === 1
      ? undefined
      : { reason: `Its values find ${rowCount} rows that were there already.`, statement };
  } catch (error) {
    await client.query('rollback to savepoint seeding');
    return failureOf(error, statement);
  }
}

async function insertRow(
  client: pg.Client,
  relation: Relation,
  { values }: WorldRow,
): Promise<SeedFailure | undefined> {
  let statement = `insert into ${relation.sql}`;
  try {
    statement = insertStatement(relation, values);
    await client.query('savepoint seeding');
    await client.query(statement);
    const { rowCount } = await client.query(
      selectStatement(relation, matching(relation, values, keyOf(relation, values))),
    );
    return rowCount === 1 ? undefined : { reason: `After the insert, its key finds ${rowCount} rows.`, statement };
  } catch (error) {
    await client.query('rollback to savepoint seeding');
    return failureOf(error, statement);
  }
}
