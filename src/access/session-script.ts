import type { Relation } from '../catalog/relations.ts';
import type { Persona, WorldRow } from './model.ts';
import { become, deleteStatement, insertStatement, matching } from './statements.ts';

/**
 * A psql script that leaves the session as a probe has it: a transaction with the world's rows in it, and the persona's
 * role and settings. A row that can't be added is named on standard error, and costs only what refers to it; after an
 * error in the session itself the transaction goes on, too.
 * @param relations those of the schemas in which the world has rows
 */
export function sessionScript(persona: Persona, world: readonly WorldRow[], relations: readonly Relation[]): string {
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  return [
    '\\set QUIET on',
    '\\set ON_ERROR_ROLLBACK on',
    '\\set ON_ERROR_STOP off',
    'begin;',
    ...world.flatMap((row) => added(row, byId.get(row.table))),
    // The values that set_config() gives are not for the reader.
    '\\o /dev/null',
    ...become(persona),
    '\\o',
    '\\set QUIET off',
    `\\echo ${quoted(`In a transaction with the rows of the world, as ${persona.name}. Leaving psql rolls it back.`)}`,
    '',
  ].join('\n');
}

function added({ table, row, values, existing }: WorldRow, relation: Relation | undefined): string[] {
  const name = row === undefined ? table : `${table} (${row})`;
  const failure = `\\warn ${quoted(`The world lacks a row of ${name}, since the statement above failed.`)}`;
  if (!relation) return [`\\warn ${quoted(`The world lacks a row of ${name}: there is no such table.`)}`];
  // A row that the database makes by itself is there already.
  if (existing === true) return [];
  const statement =
    existing === 'removed'
      ? deleteStatement(relation, matching(relation, values, Object.keys(values)))
      : insertStatement(relation, values);
  return [`${statement};`, '\\if :ERROR', failure, '\\endif'];
}

/** An argument of psql's own commands: in quotes as SQL has them, with C's escapes in them. */
const quoted = (text: string): string =>
  `'${text.replaceAll(/\s+/g, ' ').replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
