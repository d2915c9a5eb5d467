import type { Relation } from '../catalog/relations.ts';
import type { Deviation, Findings, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import type { AccessSpec, Cell, ColumnCommand, ColumnGrants, Persona } from './model.ts';
import { ALL_COLUMNS, type Columns, intents, isColumnCommand } from './spec.ts';
import { touchNothing } from './statements.ts';
import { transcript } from './transcript.ts';

/** Columns of one cell that are not as declared, in one way. */
interface ColumnDifference {
  readonly cell: Cell & { readonly command: ColumnCommand };
  readonly columns: readonly string[];
  readonly kind: 'undeclared' | 'missing' | 'unknown';
}

/**
 * Holds the columns that each role may use against those that the spec names, wherever a command is declared and was
 * allowed. Where it was not, `compareAccess` says so, and the columns decide nothing.
 */
export function compareColumns(
  cells: readonly Cell[],
  grants: readonly ColumnGrants[],
  spec: AccessSpec,
  personas: readonly Persona[],
  relations: readonly Relation[],
): Findings {
  const declared = new Map(intents(spec).map((intent) => [keyOf(intent.table, intent.row, intent.persona), intent]));
  const proved = new Map(grants.map((grant) => [keyOf(grant.table, grant.command, grant.role), grant]));
  const byName = new Map(personas.map((persona) => [persona.name, persona]));
  const differences: ColumnDifference[] = [];
  const notEvaluated: NotEvaluated[] = [];
  for (const cell of cells.filter(({ outcome }) => outcome === 'allowed')) {
    const columns = declared.get(keyOf(cell.table, cell.row, cell.persona))?.commands.get(cell.command);
    const { command } = cell;
    if (!columns || !isColumnCommand(command)) continue;
    const grant = proved.get(keyOf(cell.table, command, byName.get(cell.persona)?.role ?? ''));
    if (!grant || grant.unclear !== undefined) notEvaluated.push(unclear(cell, grant));
    else differences.push(...differencesIn({ ...cell, command }, columns, grant));
  }
  return { deviations: onceForAll(differences, byName, relations), notEvaluated };
}

/** The columns of an allowed cell that the role may name and should not, should and may not, and that do not exist. */
export function* differencesIn(
  cell: ColumnDifference['cell'],
  columns: Columns,
  { columns: possible, granted }: ColumnGrants,
): Iterable<ColumnDifference> {
  const meant = columns === ALL_COLUMNS ? possible : columns;
  const kinds = {
    undeclared: granted.filter((column) => !meant.includes(column)),
    missing: meant.filter((column) => possible.includes(column) && !granted.includes(column)),
    unknown: meant.filter((column) => !possible.includes(column)),
  };
  for (const kind of ['undeclared', 'missing', 'unknown'] as const) {
    if (kinds[kind].length > 0) yield { cell, columns: kinds[kind], kind };
  }
}

/** A hole is one deviation that lists every persona who gets through it; the statement is that of the first one. */
function onceForAll(
  differences: readonly ColumnDifference[],
  personas: ReadonlyMap<string, Persona>,
  relations: readonly Relation[],
): Deviation[] {
  const groups = Map.groupBy(differences, ({ cell, columns, kind }) =>
    [cell.table, cell.row, cell.command, kind, ...columns].join('\n'),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { cell, columns, kind } = first;
    const names = group.map((other) => other.cell.persona).join(', ');
    const persona = personas.get(cell.persona);
    const relation = relations.find(({ id }) => id === cell.table);
    const where = `${names} · ${cell.command} · ${cell.table} (${cell.row}).${columns.join(', ')}`;
    if (kind === 'unknown') {
      const expected = cell.command === 'select' ? 'columns of the table' : 'columns that can be written';
      const seen = 'there are none of that name';
      return [
        { check: 'access' as const, where, expected, seen, fix: `Correct the names in ${declaredIn('access')}.` },
      ];
    }
    const shown = relation?.columns.filter(({ name }) => columns.includes(name)) ?? [];
    const evidence =
      persona && relation && transcript(persona, { statement: touchNothing[cell.command](relation, shown) });
    return [
      {
        check: 'access' as const,
        where,
        ...(kind === 'undeclared'
          ? {
              expected: 'denied',
              seen: 'allowed',
              fix: `Revoke the command on the table and grant it on the intended columns, or name the seen columns in ${declaredIn('access')}.`,
            }
          : {
              expected: 'allowed',
              seen: 'no grant',
              fix: `Grant it on these columns, or name only the others in ${declaredIn('access')}.`,
            }),
        ...(evidence ? { evidence } : {}),
      },
    ];
  });
}

function unclear({ persona, command, table, row }: Cell, grant: ColumnGrants | undefined): NotEvaluated {
  return {
    check: 'access',
    where: `${persona} · ${command} · ${table} (${row}), its columns`,
    why: grant?.unclear ?? 'The columns of the table were not probed.',
  };
}

const keyOf = (...parts: string[]): string => parts.join('\n');
