import type pg from 'pg';
import type { Relation } from '../catalog/relations.ts';
import { as, forEach } from './attempt.ts';
import type { RoleRights } from './classify.ts';
import { probeColumns } from './columns.ts';
import { probeFunctions } from './functions.ts';
import {
  type AccessSpec,
  type Cell,
  COMMANDS,
  type ColumnGrants,
  type FunctionCell,
  type Persona,
  type PrivilegeCell,
} from './model.ts';
import { probePrivileges } from './privileges.ts';
import { type Granted, type ProbeAnswer, probeRow } from './probe-row.ts';
import { type Rights, readRights } from './rights.ts';
import { type ProbeScope, withinScope } from './scope.ts';
import type { MissingRow, ProbedRow } from './seed.ts';
import { type SeededWorld, withWorld } from './seeded.ts';
import type { FreeSequence } from './sequences.ts';
import { probeSets, type SetProbes } from './sets/probe-sets.ts';
import type { AccessSettings } from './settings.ts';
import { become } from './statements.ts';
import type { Subject } from './subject.ts';
import { timed } from './timed.ts';
import { probeUnknownRows } from './unknown-rows.ts';

export interface Probes {
  readonly cells: readonly Cell[];
  readonly columns: readonly ColumnGrants[];
  readonly functions: readonly FunctionCell[];
  readonly privileges: readonly PrivilegeCell[];
  readonly missing: readonly MissingRow[];
  /** Rows outside the world that callers see or write against the spec, and conditions that were never decided. */
  readonly sets: SetProbes;
  /** Sequences from which the probes took values that stay taken. */
  readonly free: readonly FreeSequence[];
}

/**
 * Executes select, insert, update and delete as every persona on every seeded row, calls every function as every
 * persona, and tries every privilege that row security does not govern as every role, in one transaction that is rolled
 * back. Nothing is concluded from the catalogs: an outcome is what the server did with a statement. Privileges belong
 * to roles: where one persona lacked one, the others of its role are not asked again.
 * @param client connected as a user that may become each persona's role, and that row security does not hold back
 * @param scope narrows what is asked and who; the world is there as a whole
 */
export function probe(
  client: pg.Client,
  subject: Subject,
  personas: readonly Persona[],
  settings: Pick<AccessSettings, 'world' | 'access' | 'calls'>,
  scope: ProbeScope = {},
): Promise<Probes> {
  return withWorld(client, subject, settings.world, (seeded) =>
    probeSeeded(client, subject, seeded, personas, settings, scope),
  );
}

/** The same, in an open transaction in which the world is; everything but values of sequences is as it was afterwards. */
export async function probeSeeded(
  client: pg.Client,
  whole: Subject,
  seeded: SeededWorld,
  personas: readonly Persona[],
  { access, calls = {} }: Pick<AccessSettings, 'access' | 'calls'>,
  scope: ProbeScope = {},
): Promise<Probes> {
  const { subject, rows, asked } = withinScope(whole, seeded, personas, scope);
  const roles = rolesOf(asked);
  const { cells, columns } = await probeMatrix(client, subject, rows, asked, access);
  const rights = await readRights(client, roles, subject.catalog.relations);
  const sets = await timed('sets of rows', () => probeSets(client, subject, rows, { personas, asked }, access, rights));
  const functions = await timed('functions', () => probeFunctions(client, subject.functions, calls, asked));
  const privileges = await timed('privileges', () => probePrivileges(client, subject, roles));
  const { missing, free } = seeded;
  return { cells: withHoles(cells, sets), columns, functions, privileges, missing, sets, free };
}

/** Executes the four commands as every persona on every row, and finds out which columns each role may name in them. */
export async function probeMatrix(
  client: pg.Client,
  subject: Subject,
  rows: readonly ProbedRow[],
  personas: readonly Persona[],
  access: AccessSpec,
): Promise<Pick<Probes, 'cells' | 'columns'>> {
  const roles = rolesOf(personas);
  const rights = await readRights(client, roles, subject.catalog.relations);
  const columns = await timed('columns', () => probeColumns(client, subject.relations, roles, rights));
  const cells = await timed('cells', () => probeCells(client, personas, rows, columns, rights));
  const others = await timed('cells', () => probeUnknownRows(client, rowless(subject, rows, access), personas, rights));
  return { cells: [...cells, ...others], columns };
}

export const rolesOf = (personas: readonly Persona[]): string[] => [...new Set(personas.map(({ role }) => role))];

/** The cells, allowed where a caller did to the row what the statement of the cell could not. */
function withHoles(cells: readonly Cell[], { holes }: SetProbes): Cell[] {
  const byCell = new Map(
    holes
      .filter(({ caller, row }) => caller.kind === 'persona' && row.variant === undefined)
      .map((hole) => [keyOf(hole.table, hole.row.row, hole.caller.name, hole.command), hole]),
  );
  return cells.map((cell) => {
    const hole = byCell.get(keyOf(cell.table, cell.row, cell.persona, cell.command));
    if (!hole || cell.outcome === 'allowed') return cell;
    const { table, row, persona, command } = cell;
    const detail = hole.after ? { detail: `${hole.after.state}: ${hole.after.message}` } : {};
    return { table, row, persona, command, outcome: 'allowed', statement: hole.statement, ...detail };
  });
}

const keyOf = (...parts: readonly string[]): string => parts.join('\n');

/** The relations that nobody declared and of which there is no row, such as views. */
function rowless({ relations }: Subject, rows: readonly ProbedRow[], access: AccessSpec): Relation[] {
  const probed = new Set(rows.map(({ relation }) => relation.id));
  return relations.filter(({ id }) => !probed.has(id) && !(id in access));
}

function grantedTo({ role }: Persona, columns: readonly ColumnGrants[]): Granted {
  const own = columns.filter((grants) => grants.role === role);
  const byCommand = new Map(
    own.map(({ command, table, columns: possible, granted, unclear }) => [
      `${command} ${table}`,
      unclear === undefined ? granted : possible,
    ]),
  );
  return (relation, command) => byCommand.get(`${command} ${relation.id}`) ?? [];
}

/** The denials for a missing privilege, by role, row and command: the role's other personas are not asked again. */
type Denied = Map<string, ProbeAnswer>;

async function probeCells(
  client: pg.Client,
  personas: readonly Persona[],
  rows: readonly ProbedRow[],
  columns: readonly ColumnGrants[],
  rights: Rights,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  const denied: Denied = new Map();
  for (const persona of personas)
    cells.push(...(await probeAs(client, persona, rows, grantedTo(persona, columns), rights(persona.role), denied)));
  return cells;
}

async function probeAs(
  client: pg.Client,
  persona: Persona,
  rows: readonly ProbedRow[],
  granted: Granted,
  rights: RoleRights,
  denied: Denied,
): Promise<Cell[]> {
  const cells = rows.flatMap((row) => COMMANDS.map((command) => ({ row, command })));
  return as(client, become(persona), () =>
    forEach(client, cells, async ({ row, command }) => {
      const cell = { table: row.relation.id, row: row.row, persona: persona.name, command };
      const key = JSON.stringify([persona.role, cell.table, cell.row, command]);
      const { ofRole, ...seen } = denied.get(key) ?? (await probeRow(client, row, command, granted, rights));
      if (ofRole) denied.set(key, { ofRole, ...seen });
      return { ...cell, ...seen };
    }),
  );
}
