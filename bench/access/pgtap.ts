import type { Cell, Persona, WorldRow } from '../../src/access/model.ts';
import { become, deleteStatement, insertStatement, literal, matching } from '../../src/access/statements.ts';
import type { Relation } from '../../src/catalog/relations.ts';

/** The schema of a copy of the database that has the extension, so that the names of the two stay apart. */
export const TAP = 'tap';

/** What the script is written from: the same personas, the same world, and what each cell of the matrix was. */
export interface Matrix {
  readonly personas: readonly Persona[];
  readonly world: readonly WorldRow[];
  /** The tables of the world. */
  readonly relations: readonly Relation[];
  readonly cells: readonly Cell[];
}

/** A script for psql, and how many tests it has: one a cell. */
export interface Script {
  readonly sql: string;
  readonly tests: number;
}

/** What the database of the script has to have before; run as its owner. */
export const SETUP = `
create schema ${TAP};
create extension pgtap schema ${TAP};
grant usage on schema ${TAP} to public;
grant execute on all functions in schema ${TAP} to public;
create function ${TAP}.rows_of(statement text) returns int language plpgsql as $rows$
declare
  count int;
begin
  execute statement;
  get diagnostics count = row_count;
  return count;
end
$rows$;
grant execute on function ${TAP}.rows_of(text) to public;`;

/**
 * The matrix as pgTAP, as somebody writes it by hand who knows every outcome: the world is inserted once, each persona
 * has a savepoint with its role and claims, each write that goes through a savepoint of its own. Cells whose row the
 * world does not have are left out, except where the command is refused whatever the rows are. There is no finish(): a
 * rollback to a savepoint takes back pgTAP's own count, so `readTap` counts what was printed.
 */
export function scriptOf({ personas, world, relations, cells }: Matrix): Script {
  const tables = new Set(world.filter(({ row }) => row !== undefined).map(({ table }) => table));
  const asked = cells.filter((cell) => isAsked(cell, tables.has(cell.table)));
  const sections = personas.flatMap((persona) => {
    const own = asked.filter((cell) => cell.persona === persona.name);
    return own.length === 0
      ? []
      : ['savepoint persona;', ...become(persona), ...own.map(testOf), 'rollback to savepoint persona;'];
  });
  const sql = [
    'begin;',
    `set local search_path = ${TAP}, public, extensions;`,
    `select plan(${asked.length});`,
    ...world.flatMap((row) => worldStatement(row, relations)),
    ...sections,
    'rollback;',
    '',
  ].join('\n');
  return { sql, tests: asked.length };
}

const REFUSED: ReadonlySet<Cell['outcome']> = new Set(['no grant', 'policy violation']);

const isAsked = ({ outcome, statement }: Cell, inWorld: boolean): boolean =>
  statement !== '' && outcome !== 'not evaluated' && (inWorld || outcome === 'no grant');

function worldStatement(row: WorldRow, relations: readonly Relation[]): string[] {
  const relation = relations.find(({ id }) => id === row.table);
  if (!relation || row.existing === true) return [];
  if (row.existing === 'removed')
    return [`${deleteStatement(relation, matching(relation, row.values, Object.keys(row.values)))};`];
  return [`${insertStatement(relation, row.values)};`];
}

function testOf({ table, row, persona, command, outcome, statement, state }: Cell): string {
  const name = literal(`${persona} ${command} ${table} (${row}): ${outcome}`);
  if (REFUSED.has(outcome)) return `select throws_ok(${literal(statement)}, '42501', null, ${name});`;
  if (state !== undefined) return `select throws_ok(${literal(statement)}, ${literal(state)}, null, ${name});`;
  const expected = outcome === 'allowed' ? 1 : 0;
  if (command === 'select') return `select is((select count(*)::int from (${statement}) seen), ${expected}, ${name});`;
  const test = isTargeted(statement)
    ? `is(rows_of(${literal(statement)}), ${expected}, ${name})`
    : `lives_ok(${literal(statement)}, ${name})`;
  return `savepoint written; select ${test}; rollback to savepoint written;`;
}

/** Without a WHERE clause a write may have written other rows too, and their number says nothing. */
const isTargeted = (statement: string): boolean => /^insert /.test(statement) || statement.includes(' where ');

/** What a run of the script printed: how many tests passed, and the lines of those that did not. */
export function readTap(output: string): { readonly passed: number; readonly failed: readonly string[] } {
  const lines = output.split('\n');
  return {
    passed: lines.filter((line) => /^ok \d/.test(line)).length,
    failed: lines.filter((line) => /^not ok \d|^(psql|ERROR|# Looks like)/.test(line)),
  };
}
