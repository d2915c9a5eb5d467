import { compareCell } from '../compare.ts';
import { differencesIn } from '../compare-columns.ts';
import type { AccessSpec, Cell, ColumnGrants, Persona } from '../model.ts';
import type { Probes } from '../probe.ts';
import { ALL_COLUMNS, type Intent, intents, isColumnCommand } from '../spec.ts';

/** A cell of the matrix, and whether it is as declared. */
export interface JudgedCell extends Cell {
  /** As people read it: “allowed”, “allowed on title, note”, “denied”, “refused with P0001” or “not declared”. */
  readonly expected: string;
  readonly verdict: 'holds' | 'deviates' | 'not evaluated';
  /** The columns that the command may name; null where it is not for columns, or where nothing was allowed. */
  readonly columns: CellColumns | null;
}

/** The columns on which a persona's role has the privilege for a command. */
export interface CellColumns {
  readonly granted: readonly string[];
  /** How many the command could name. */
  readonly of: number;
}

/** Says of each cell what was declared, and whether that is what the server did. The order stays as it is. */
export function judgeCells(
  { cells, columns, missing }: Pick<Probes, 'cells' | 'columns' | 'missing'>,
  spec: AccessSpec,
  personas: readonly Persona[],
): JudgedCell[] {
  const declared = new Map(intents(spec).map((intent) => [keyOf(intent.table, intent.row, intent.persona), intent]));
  const byName = new Map(personas.map((persona) => [persona.name, persona]));
  const grants = new Map(columns.map((grant) => [keyOf(grant.table, grant.command, grant.role), grant]));
  return cells.map((cell) => {
    const intent = declared.get(keyOf(cell.table, cell.row, cell.persona));
    const grant = grants.get(keyOf(cell.table, cell.command, byName.get(cell.persona)?.role ?? ''));
    return {
      ...cell,
      expected: expectedOf(cell, intent),
      verdict: verdictOf(cell, intent, byName.get(cell.persona), grant, missing.length > 0),
      columns:
        cell.outcome === 'allowed' && grant && grant.unclear === undefined
          ? { granted: grant.granted, of: grant.columns.length }
          : null,
    };
  });
}

function expectedOf({ command }: Cell, intent: Intent | undefined): string {
  if (!intent) return 'not declared';
  const state = intent.refusals.get(command);
  if (state !== undefined) return `refused with ${state}`;
  const columns = intent.commands.get(command);
  if (columns === undefined) return 'denied';
  return columns === ALL_COLUMNS ? 'allowed' : `allowed on ${columns.join(', ')}`;
}

function verdictOf(
  cell: Cell,
  intent: Intent | undefined,
  persona: Persona | undefined,
  grant: ColumnGrants | undefined,
  rowsAreMissing: boolean,
): JudgedCell['verdict'] {
  const finding = compareCell(cell, intent, persona);
  // Without the rows that let a persona in, that it stays out says nothing.
  if (finding?.kind === 'not evaluated' || (finding?.less && rowsAreMissing)) return 'not evaluated';
  if (finding) return 'deviates';
  const columns = intent?.commands.get(cell.command);
  const { command } = cell;
  if (cell.outcome !== 'allowed' || columns === undefined || !isColumnCommand(command)) return 'holds';
  if (!grant || grant.unclear !== undefined) return 'not evaluated';
  return [...differencesIn({ ...cell, command }, columns, grant)].length > 0 ? 'deviates' : 'holds';
}

const keyOf = (...parts: readonly string[]): string => parts.join('\n');
