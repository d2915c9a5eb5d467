import { type Cell, COMMANDS, type ColumnGrants, LETTERS, type Persona } from '../access/model.ts';
import { isColumnCommand } from '../access/spec.ts';

/** A line of the access spec, with the cells that no letter can be written for. */
export interface AccessLine {
  readonly letters: Readonly<Record<string, string>>;
  readonly open: readonly string[];
}

/** The commands that each persona may do with a class of rows, in the letters of the access spec, as the probes saw it. */
export function accessLine(
  cells: readonly Cell[],
  grants: readonly ColumnGrants[],
  personas: readonly Persona[],
): AccessLine {
  const open: string[] = [];
  const letters = personas.map((persona) => {
    const words = COMMANDS.flatMap((command) => {
      const cell = cells.find((each) => each.persona === persona.name && each.command === command);
      if (cell && isOpen(cell)) open.push(openCell(cell));
      return cell ? wordOf(cell, persona, grants) : [];
    });
    return [persona.name, words.length > 0 ? words.join(' ') : '—'] as const;
  });
  return { letters: Object.fromEntries(letters), open };
}

function wordOf(cell: Cell, { role }: Persona, grants: readonly ColumnGrants[]): string[] {
  const letter = LETTERS[cell.command];
  if (cell.outcome === 'refused' && cell.state !== undefined && cell.state !== '42501')
    return [`!${letter}(${cell.state})`];
  if (cell.outcome !== 'allowed') return [];
  if (!isColumnCommand(cell.command)) return [letter];
  const grant = grants.find((each) => each.role === role && each.command === cell.command && each.table === cell.table);
  const isWhole = !grant || grant.unclear !== undefined || grant.granted.length === grant.columns.length;
  return [isWhole ? letter : `${letter}(${grant.granted.join(', ')})`];
}

const isOpen = ({ outcome }: Cell): boolean => outcome === 'not evaluated' || outcome === 'error';

const openCell = ({ persona, command, outcome, detail }: Cell): string =>
  `${command} as ${persona}: ${outcome}${detail === undefined ? '' : ` (${detail})`}. It is declared as denied until you say otherwise.`;
