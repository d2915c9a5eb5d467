import type { AccessSpec, Command, Persona } from '../access/model.ts';
import { keyOf, type ProbedRow } from '../access/seed.ts';
import { ALL_COLUMNS, intents } from '../access/spec.ts';
import type { RowTexts } from './ask.ts';
import type { RowChange } from './changes.ts';
import type { Whose } from './declared.ts';
import type { Ownership } from './owners.ts';
import type { StoredRow } from './world.ts';

/** Whether the access spec lets a persona make a change with a statement of its own. */
export type ChangeAllowance = (caller: Persona, change: RowChange, whose: Whose) => boolean;

interface RowClass {
  readonly name: string;
  readonly stored: StoredRow;
  readonly owners: ReadonlySet<string>;
}

/**
 * A row of the world is of its class. Another one may be of any class whose row is as much somebody's: it is allowed what all
 * of those are allowed. A row of the caller's own is to the caller what the class's row is to its owner, if both have
 * one role.
 */
export function allowanceOf(
  spec: AccessSpec,
  probed: readonly ProbedRow[],
  world: readonly StoredRow[],
  ownership: Ownership,
  personas: readonly Persona[],
): ChangeAllowance {
  const lines = new Map(intents(spec).map((line) => [`${line.table}\n${line.row}\n${line.persona}`, line.commands]));
  const classes = Map.groupBy(
    probed.flatMap((row) => {
      const stored = world.find((one) => isStoredAs(row, one));
      return stored
        ? [
            {
              table: row.relation.id,
              name: row.row,
              stored,
              owners: ownership.ownersOf(row.relation.id, stored.values),
            },
          ]
        : [];
    }),
    ({ table }) => table,
  );
  const roles = new Map(personas.map(({ name, role }) => [name, role]));

  const declared = (
    table: string,
    row: string,
    persona: string,
    command: Command,
    columns: readonly string[],
  ): boolean => {
    const allowed = lines.get(`${table}\n${row}\n${persona}`)?.get(command);
    return allowed !== undefined && (allowed === ALL_COLUMNS || columns.every((column) => allowed.includes(column)));
  };

  return (caller, { table, command, was, now, columns }, whose) => {
    const all = classes.get(table) ?? [];
    const exact = all.filter(({ stored }) => isSame(stored, was ?? now ?? {}));
    const owned = all.filter(({ owners }) => owners.size > 0);
    const like = whose === 'nobody' ? all.filter(({ owners }) => owners.size === 0) : owned.length > 0 ? owned : all;
    const candidates = exact.length > 0 ? exact : like;
    const may = ({ name, owners }: RowClass): boolean => {
      if (exact.length > 0 || owners.size === 0) return declared(table, name, caller.name, command, columns);
      const standIns =
        whose === 'own' || whose === 'shared'
          ? [...owners].filter((owner) => roles.get(owner) === caller.role)
          : personas.filter((one) => one.role === caller.role && !owners.has(one.name)).map((one) => one.name);
      const names = whose === 'others' && !owners.has(caller.name) ? [caller.name] : standIns;
      return names.length > 0 && names.every((one) => declared(table, name, one, command, columns));
    };
    return candidates.length > 0 && candidates.every(may);
  };
}

function isStoredAs({ relation, values }: ProbedRow, { table, values: stored }: StoredRow): boolean {
  return table.id === relation.id && keyOf(relation, values).every((name) => stored[name] === String(values[name]));
}

const isSame = ({ table, values }: StoredRow, row: RowTexts): boolean =>
  table.primaryKey.length > 0 && table.primaryKey.every((name) => values[name] === row[name]);
