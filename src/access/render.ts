import { markdownTable } from 'markdown-table';
import { declaredIn, toRun } from '../report/layout.ts';
import {
  type Cell,
  COMMANDS,
  type ColumnGrants,
  type FunctionCell,
  LETTERS,
  type Outcome,
  type Persona,
  type PrivilegeCell,
} from './model.ts';
import { renderColumns, renderFunctions, renderPrivileges } from './render-details.ts';

const MARKS: Readonly<Record<Exclude<Outcome, 'allowed'>, string>> = {
  filtered: '○',
  'no grant': '–',
  'policy violation': '×',
  refused: '⊘',
  'not possible': '∅',
  error: '!',
  'not evaluated': '?',
};

/** The outcomes in snapshots/access.md: one section for each field. */
export interface AccessPage {
  readonly cells: readonly Cell[];
  readonly columns: readonly ColumnGrants[];
  readonly functions: readonly FunctionCell[];
  readonly privileges: readonly PrivilegeCell[];
}

const LEGEND = `# Who may do what

Proved by executing each statement as each persona, on rows that were there; one for which a role lacks the privilege,
as the first persona of that role. Four marks a cell, for select, insert, update and delete: the letter (S I U D) when
it is **allowed**; ${MARKS.filtered} **filtered**: the statement ran, and row level security hid the row from it;
${MARKS['no grant']} **no grant**: the role lacks the privilege; ${MARKS['policy violation']} **policy violation**: the policy's check refused the row;
${MARKS.refused} **refused**: a trigger or function of the application raised an error; ${MARKS['not possible']} **not possible**: no role can do that;
${MARKS.error} **error**; ${MARKS['not evaluated']} **not evaluated**. Written by ${toRun('snapshot')}; ${declaredIn('access')} declares what is intended.
`;

/** The text of snapshots/access.md. */
export function renderAccess(
  { cells, columns, functions, privileges }: AccessPage,
  personas: readonly Persona[],
): string {
  return [
    renderMatrix(cells, personas),
    renderColumns(columns),
    renderFunctions(functions, personas),
    renderPrivileges(privileges),
  ].join('\n');
}

/** A line for each class of rows, a column for each persona, four marks a cell. */
export function renderMatrix(cells: readonly Cell[], personas: readonly Persona[]): string {
  const tables = [...new Set(cells.map(({ table }) => table))].sort();
  const names = personas.map(({ name }) => name);
  const lines = tables.flatMap((table) => {
    const ofTable = cells.filter((cell) => cell.table === table);
    const rows = [...new Set(ofTable.map(({ row }) => row))];
    return rows.map((row) => [table, row, ...names.map((name) => marks(ofTable, row, name))]);
  });
  const table = markdownTable([['table', 'rows', ...names], ...lines]);
  return `${LEGEND}\n${table}\n`;
}

function marks(cells: readonly Cell[], row: string, persona: string): string {
  const own = cells.filter((cell) => cell.row === row && cell.persona === persona);
  return COMMANDS.map((command) => {
    const cell = own.find((one) => one.command === command);
    return cell ? markOf(cell) : ' ';
  }).join(' ');
}

/** The mark of a cell: the letter of its command when it is allowed, and one for the outcome otherwise. */
export const markOf = ({ outcome, command }: Pick<Cell, 'outcome' | 'command'>): string =>
  outcome === 'allowed' ? LETTERS[command] : MARKS[outcome];
