import type pg from 'pg';
import type { Relation } from '../catalog/relations.ts';
import { as, forEach, inWords, type ServerError, wasStopped } from './attempt.ts';
import { type Cell, COMMANDS, type Command, type Persona } from './model.ts';
import type { Rights } from './rights.ts';
import { ANY_ROW } from './seed.ts';
import { become } from './statements.ts';

/** How many rows are looked at: whether there is any is what counts. */
const LIMIT = 10;

/**
 * Asks about relations of which no row is known, such as a view that nobody declared: each persona selects whatever there
 * is. What nobody can select from says nothing, and is not evaluated; nor is a write for which there is a privilege.
 */
export async function probeUnknownRows(
  client: pg.Client,
  relations: readonly Relation[],
  personas: readonly Persona[],
  rights: Rights,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  if (relations.length === 0) return cells;
  for (const persona of personas)
    cells.push(
      ...(await as(client, become(persona), () =>
        forEach(client, relations, (relation) => select(client, relation, persona)),
      )),
      ...relations.flatMap((relation) =>
        COMMANDS.filter((command) => command !== 'select').map((command) => write(relation, command, persona, rights)),
      ),
    );
  return cells;
}

async function select(client: pg.Client, relation: Relation, { name: persona }: Persona): Promise<Cell> {
  const statement = `select from ${relation.sql} limit ${LIMIT}`;
  const cell = { table: relation.id, row: ANY_ROW, persona, command: 'select' as const, statement };
  try {
    const results = await client.query(`rollback to savepoint probe; ${statement}`);
    const { rowCount } = (results as unknown as pg.QueryResult[]).at(-1) as pg.QueryResult;
    if (rowCount) return { ...cell, outcome: 'allowed' };
    return { ...cell, outcome: 'not evaluated', detail: 'There was no row.' };
  } catch (error) {
    const refused = error as ServerError;
    if (!refused.code) throw error;
    if (refused.code === '42501' && !wasStopped(refused))
      return { ...cell, outcome: 'no grant', detail: inWords(refused) };
    return { ...cell, outcome: 'not evaluated', detail: inWords(refused) };
  }
}

function write(relation: Relation, command: Command, persona: Persona, rights: Rights): Cell {
  const cell = { table: relation.id, row: ANY_ROW, persona: persona.name, command, statement: '' };
  if (rights(persona.role).holds(relation, command))
    return { ...cell, outcome: 'not evaluated', detail: 'No row of it is in the world.' };
  return { ...cell, outcome: 'no grant', detail: `The role has no privilege to ${command}.` };
}
