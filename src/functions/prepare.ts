import type pg from 'pg';
import type { Persona, WorldRow } from '../access/model.ts';
import { type MissingRow, type ProbedRow, seed, type TriedRow } from '../access/seed.ts';
import { prepareTransaction } from '../access/seeded.ts';
import type { Subject } from '../access/subject.ts';
import type { Relation } from '../catalog/relations.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { CallWorld } from './calls.ts';
import { makeCallsScratch, watchChanges } from './changes-scratch.ts';
import { ownershipOf } from './owners.ts';
import { type Callable, type Parameter, readCallables } from './parameters.ts';
import { countFunctionCalls } from './reached.ts';
import { readWorld, type StoredRow, transactionId } from './world.ts';

/** The world in an open transaction, ready for calls. */
export interface Prepared {
  readonly world: CallWorld;
  readonly callables: readonly Callable[];
  /** The rows of the world that stand for a class of rows. */
  readonly probed: readonly ProbedRow[];
  /** Others with which statements are tried. */
  readonly tried: readonly TriedRow[];
  /** How many rows of the world are missing. */
  readonly missing: number;
  /** Whether the server counts calls of functions (reached.ts). */
  readonly counts: boolean;
}

/**
 * Puts the world into the open transaction, and reads the rows from which the arguments of calls are drawn. Changes that
 * calls make are not noted yet (watchChanges). The transaction must have no savepoint yet.
 * @param client connected as a user that may become each persona's role, and that row security does not hold back
 */
export async function prepareCalls(
  client: pg.Client,
  { catalog, all, functions }: Pick<Subject, 'catalog' | 'all' | 'functions'>,
  personas: readonly Persona[],
  world: readonly WorldRow[],
): Promise<Prepared> {
  const since = await transactionId(client);
  await prepareTransaction(client);
  await countFunctionCalls(client);
  const seeded = await seed(client, all, world);
  return prepareSeeded(client, { catalog, all, functions }, personas, { ...seeded, since }, false);
}

/** The rows of the world in the open transaction. */
export interface SeededForCalls {
  readonly rows: readonly ProbedRow[];
  readonly tried: readonly TriedRow[];
  readonly missing: readonly MissingRow[];
  /** The id of the transaction, taken before its first savepoint (transactionId). */
  readonly since: string;
}

/**
 * The same, where the world is there already.
 * @param watch whether the changes that calls make are to be noted
 */
export async function prepareSeeded(
  client: pg.Client,
  { catalog, all, functions }: Pick<Subject, 'catalog' | 'all' | 'functions'>,
  personas: readonly Persona[],
  { rows: probed, tried, missing, since }: SeededForCalls,
  watch = true,
): Promise<Prepared> {
  const counts = await countFunctionCalls(client);
  await makeCallsScratch(client);
  if (watch) await watchChanges(client);
  const rows = await readWorld(client, catalog, since);
  const { callables, typeOf } = await readCallables(client, functions);
  const parameters = callables.flatMap((callable) => callable.parameters);
  const viewRows = await readViewRows(client, viewsAmong(parameters, all), rows);
  return {
    world: { catalog, rows, viewRows, ownership: ownershipOf(catalog, personas, rows), typeOf },
    callables,
    probed,
    tried,
    missing: missing.length,
    counts,
  };
}

/** The views of whose rows there are parameters. */
function viewsAmong(parameters: readonly Parameter[], relations: readonly Relation[]): Relation[] {
  const wanted = new Set(parameters.flatMap(({ relation }) => relation ?? []));
  return relations.filter(({ sql, kind }) => wanted.has(sql) && kind !== 'table' && kind !== 'partitioned table');
}

const MOST_VIEW_ROWS = 20;

/** The rows of views that show a key of a row of the world. */
async function readViewRows(
  client: pg.Client,
  views: readonly Relation[],
  rows: readonly StoredRow[],
): Promise<StoredRow[]> {
  const keys = rows.flatMap(({ table, values }) => table.primaryKey.flatMap((name) => values[name] ?? []));
  if (views.length === 0 || keys.length === 0) return [];
  const list = `array[${[...new Set(keys)].map(quoteLiteral).join(', ')}]`;
  const found: StoredRow[] = [];
  for (const table of views) {
    const values = `array[${table.columns.map(({ sql }) => `v.${sql}::text`).join(', ')}]::text[]`;
    const query = `select to_jsonb(${values}) as vals, v::text as text from ${table.sql} v where ${values} && ${list}::text[] limit ${MOST_VIEW_ROWS}`;
    await client.query('savepoint view_rows');
    try {
      const { rows: read } = await client.query<{ vals: readonly (string | null)[]; text: string }>(query);
      for (const { vals, text } of read)
        found.push({
          table,
          text,
          values: Object.fromEntries(table.columns.map(({ name }, index) => [name, vals[index] ?? null])),
        });
    } catch {
      await client.query('rollback to savepoint view_rows');
    }
  }
  return found;
}
