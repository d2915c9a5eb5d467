import type pg from 'pg';
import { SCRATCH } from '../access/sets/scratch.ts';
import { danglingOf, statementOf, type WorldChange } from './changes.ts';

/** The rows of another world that differ from the base. */
export interface Built {
  /** Row as it was → the id that it has now, of those that got other values. */
  readonly moved: ReadonlyMap<string, string>;
  /** The ids of rows that were added. */
  readonly added: ReadonlySet<string>;
  /** How many rows were changed, added or taken away. */
  readonly written: number;
  /** The ids of rows whose change was refused: by a key, a check or a type. */
  readonly refused: readonly string[];
}

interface BuiltRow {
  readonly ids: readonly string[] | null;
  readonly state: string | null;
}

/** Makes another world, uses it, and undoes it. Neither triggers nor foreign keys see it being made. */
export async function inWorld<T>(
  client: pg.Client,
  changes: readonly WorldChange[],
  refresh: readonly string[],
  use: (built: Built) => Promise<T>,
): Promise<T> {
  await client.query('savepoint world; set local session_replication_role = replica');
  try {
    const built = await build(client, changes);
    await client.query(['set local session_replication_role = origin', ...refresh].join('; '));
    return await use(built);
  } finally {
    await client.query('rollback to savepoint world; release savepoint world');
  }
}

async function build(client: pg.Client, changes: readonly WorldChange[]): Promise<Built> {
  const answers = await run(client, changes.map(statementOf));
  const failed = changes.filter((_, at) => answers[at]?.state);
  // One row may be what a key or a check refuses.
  const alone = failed.flatMap((change) => change.rows.slice(0, MOST_ALONE).map((row) => ({ ...change, rows: [row] })));
  const again = await run(client, alone.map(statementOf));
  const added = changes.filter(({ kind }) => kind === 'added');
  const dangling = added.flatMap(danglingOf);
  const took = new Set<string>();
  // A copy that goes may be what others refer to.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const gone = (await run(client, dangling)).flatMap(({ ids }) => ids ?? []);
    for (const id of gone) took.add(id);
    if (gone.length === 0) break;
  }
  const moved = new Map<string, string>();
  const copies = new Set<string>();
  let written = 0;
  for (const [all, rows] of [[changes, answers] as const, [alone, again] as const])
    for (const [at, change] of all.entries())
      for (const id of rows[at]?.ids ?? []) {
        if (took.has(id)) continue;
        written += 1;
        const [before = '', after] = id.split('>');
        if (after !== undefined) moved.set(before, after);
        else if (change.kind === 'added') copies.add(id);
      }
  return {
    moved,
    added: copies,
    written,
    refused: alone.flatMap(({ rows }, at) => (again[at]?.state ? rows : [])),
  };
}

const MOST_ALONE = 40;
const MOST_ROUNDS = 3;

async function run(client: pg.Client, statements: readonly string[]): Promise<readonly BuiltRow[]> {
  if (statements.length === 0) return [];
  const { rows } = await client.query<BuiltRow>(`select ids, state from ${SCRATCH}.build($1)`, [statements]);
  return rows;
}

/** Takes rows away in the world as it is now. */
export async function takeAway(client: pg.Client, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  await client.query(
    `set local session_replication_role = replica; ${statements.join('; ')}; set local session_replication_role = origin`,
  );
}
