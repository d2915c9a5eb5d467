import type pg from 'pg';
import type { Relation } from '../catalog/relations.ts';
import { rolledBack } from '../database/connect.ts';
import { classify } from './classify.ts';
import { type Cell, COMMANDS, type Command, type Outcome, type Persona, type Values, type WorldRow } from './model.ts';
import { keyOf, type MissingRow, makeUp, type ProbedRow, seed } from './seed.ts';
import {
  become,
  deleteStatement,
  insertStatement,
  literal,
  matching,
  selectStatement,
  updateStatement,
} from './statements.ts';
import { anyRow } from './synthesize.ts';

export interface Probes {
  readonly cells: Cell[];
  readonly missing: MissingRow[];
}

/**
 * Executes select, insert, update and delete as every persona on every seeded row, in one transaction that is rolled
 * back. Nothing is concluded from the catalogs: an outcome is what the server did with a statement.
 * @param client connected as a user that may become each persona's role, and that row security does not hold back
 */
export async function probe(
  client: pg.Client,
  relations: readonly Relation[],
  personas: readonly Persona[],
  world: readonly WorldRow[],
  all: readonly Relation[] = relations,
): Promise<Probes> {
  return rolledBack(client, async () => {
    await prepare(client);
    const seeded = await seed(client, all, world);
    const spokenOf = new Set(world.filter(({ row }) => row !== undefined).map(({ table }) => table));
    const madeUp = await makeUp(
      client,
      relations.filter(({ id, kind }) => kind === 'table' && !spokenOf.has(id)),
    );
    const probed = new Set(relations.map(({ id }) => id));
    const rows = [...seeded.rows, ...madeUp].filter(({ relation }) => probed.has(relation.id));
    const cells: Cell[] = [];
    for (const persona of personas) cells.push(...(await probeAs(client, persona, rows)));
    return { cells, missing: seeded.missing };
  });
}

/** Messages in English, so that they can be told apart; an end to statements that touch every row of a large table. */
async function prepare(client: pg.Client): Promise<void> {
  await client.query('savepoint english');
  // Only a superuser may set it; elsewhere the server's messages are English unless somebody chose otherwise.
  await client.query("set local lc_messages = 'C'").catch(() => client.query('rollback to savepoint english'));
  await client.query("set local statement_timeout = '10s'");
}

async function probeAs(client: pg.Client, persona: Persona, rows: readonly ProbedRow[]): Promise<Cell[]> {
  await client.query('savepoint persona');
  try {
    await client.query(`${become(persona).join(' ')} savepoint probe`);
    const cells: Cell[] = [];
    for (const row of rows) {
      for (const command of COMMANDS) cells.push(await probeCell(client, persona, row, command));
    }
    return cells;
  } finally {
    await client.query('rollback to savepoint persona; release savepoint persona');
  }
}

type Seen = Pick<Cell, 'outcome' | 'statement' | 'detail'>;

async function probeCell(client: pg.Client, persona: Persona, row: ProbedRow, command: Command): Promise<Cell> {
  const cell = { table: row.relation.id, row: row.row, persona: persona.name, command };
  const seen =
    row.absent === undefined ? await PROBES[command](client, row) : await probeWithoutRow(client, row, command);
  return { ...cell, ...seen };
}

const PROBES: Readonly<Record<Command, (client: pg.Client, row: ProbedRow) => Promise<Seen>>> = {
  async select(client, { relation, values }) {
    const seen = await attempt(
      client,
      relation,
      selectStatement(relation, matching(relation, values, keyOf(relation, values))),
    );
    if (seen.outcome !== 'no grant') return seen;
    const readable = await readableColumns(client, relation, values);
    return readable.length > 0
      ? attempt(client, relation, selectStatement(relation, matching(relation, values, readable)))
      : seen;
  },
  async insert(client, { relation, insert }) {
    if (!insert) return undeclared('insert');
    return attempt(client, relation, insertStatement(relation, insert));
  },
  async update(client, { relation, values, update }) {
    if (!update) return undeclared('update');
    const where = matching(relation, values, keyOf(relation, values));
    const seen = await attempt(client, relation, updateStatement(relation, update, where));
    if (seen.outcome === 'allowed') return seen;
    const blind = await attempt(client, relation, updateStatement(relation, update));
    const changed = { ...values, ...update };
    const columns = [...keyOf(relation, values), ...Object.keys(update)];
    return (await wasTouched(client, blind, selectStatement(relation, matching(relation, changed, columns)), 1))
      ? blind
      : seen;
  },
  async delete(client, { relation, values }) {
    const where = matching(relation, values, keyOf(relation, values));
    const seen = await attempt(client, relation, deleteStatement(relation, where));
    if (seen.outcome === 'allowed') return seen;
    const blind = await attempt(client, relation, deleteStatement(relation));
    return (await wasTouched(client, blind, selectStatement(relation, where), 0)) ? blind : seen;
  },
};

/** The columns of a row that the persona may read: enough to find it by when its key is not among them. */
async function readableColumns(client: pg.Client, relation: Relation, values: Values): Promise<string[]> {
  const { rows } = await client
    .query(
      `rollback to savepoint probe;
       select a.attname::text as name
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${literal(relation.schema)} and c.relname = ${literal(relation.name)} and a.attnum > 0 and not a.attisdropped
          and has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, a.attnum, 'select')`,
    )
    .then(last);
  return (rows as { name: string }[]).map(({ name }) => name).filter((name) => name in values);
}

/**
 * Without a row to bite on, a refusal still says something, and so does a table that nothing guards; that a statement
 * ran over no rows says nothing.
 */
async function probeWithoutRow(client: pg.Client, { relation, absent }: ProbedRow, command: Command): Promise<Seen> {
  const [column] = relation.columns;
  const statement = {
    select: `select from ${relation.sql}`,
    insert: anyRow(relation),
    update: `update ${relation.sql} set ${column?.sql} = default`,
    delete: deleteStatement(relation),
  }[command];
  const seen = await attempt(client, relation, statement);
  if (seen.outcome === 'no grant' || seen.outcome === 'policy violation') return seen;
  if (seen.outcome !== 'error' && !relation.rowSecurity) return { outcome: 'allowed', statement };
  return {
    outcome: 'not evaluated',
    statement,
    detail: `There was no row to bite on, and none could be made up: ${absent}`,
  };
}

/**
 * A statement that names no column in a WHERE clause needs no right to read, and then no SELECT policy holds it back
 * (CREATE POLICY, "Policies Applied by Command Type"): a row that its writer cannot see may still be written blindly.
 * So what a targeted statement could not touch is tried again without its WHERE clause, and looked at from outside.
 */
async function wasTouched(client: pg.Client, blind: Seen, find: string, expected: number): Promise<boolean> {
  if (blind.outcome !== 'allowed') return false;
  const { rowCount } = await client.query(`set local role none; ${find}`).then(last);
  return rowCount === expected;
}

async function attempt(client: pg.Client, relation: Relation, statement: string): Promise<Seen> {
  try {
    const { rowCount } = await client.query(`rollback to savepoint probe; ${statement}`).then(last);
    const outcome: Outcome = rowCount ? 'allowed' : 'filtered';
    return { outcome, statement };
  } catch (error) {
    return { ...classify(error, relation), statement };
  }
}

/** pg gives an array of results for several statements in one query, which its types do not say. */
function last(results: unknown): pg.QueryResult {
  return (results as pg.QueryResult[]).at(-1) as pg.QueryResult;
}

function undeclared(what: string): Seen {
  return { outcome: 'not evaluated', statement: '', detail: `The row has no \`${what}\` in the world.` };
}
