import type { DatabaseRole } from '../catalog/roles.ts';
import { type Findings, mergeFindings, type NotEvaluated } from '../report/deviation.ts';
import { compareAccess } from './compare.ts';
import { compareColumns } from './compare-columns.ts';
import { compareFunctions } from './compare-functions.ts';
import { comparePrivileges } from './compare-privileges.ts';
import { compareSets } from './compare-sets.ts';
import { withoutWorld } from './compare-world.ts';
import type { AccessSpec, Calls, FunctionSpec, Persona, PrivilegeSpec } from './model.ts';
import type { Probes } from './probe.ts';
import { isKnown, type Known } from './reach/known.ts';
import { bypassing } from './reach/roles.ts';
import type { FreeSequence } from './sequences.ts';
import { isDecided } from './sets/coverage.ts';
import type { Subject } from './subject.ts';

/** All that is declared about who may do what. */
export interface Declared {
  readonly access: AccessSpec;
  readonly functions: FunctionSpec;
  readonly privileges?: PrivilegeSpec | undefined;
  readonly calls?: Calls | undefined;
  readonly known?: Known | undefined;
  readonly tells?: Readonly<Record<string, string>> | undefined;
}

/** Holds everything that was proved against everything that is declared. */
export function compareAll(
  all: Probes,
  { relations, functions, catalog }: Subject,
  declared: Declared,
  personas: readonly Persona[],
): Findings {
  const probes = withoutUnruled(all, personas, catalog.roles, declared.known ?? {});
  return mergeFindings([
    compareAccess(probes, declared.access, personas, relations),
    compareColumns(probes.cells, probes.columns, declared.access, personas, relations),
    compareCalls(probes, functions, declared.functions, declared.calls ?? {}, personas),
    compareSets(probes.sets, new Set(probes.cells.map(({ table }) => table)), declared.tells ?? {}, probes.missing),
    { deviations: [], notEvaluated: probes.free.map(movedSequence) },
    comparePrivileges(probes.privileges, declared.privileges ?? {}),
  ]);
}

/** As long as rows of the world are missing, that a function refuses a persona says nothing. */
function compareCalls({ functions: cells, missing }: Probes, ...rest: Rest): Findings {
  const judged = missing.length === 0 ? cells : cells.filter(({ outcome }) => outcome !== 'refused');
  const found = compareFunctions(judged, ...rest);
  const left = cells.length - judged.length;
  if (left === 0) return found;
  return mergeFindings([
    found,
    { deviations: [], notEvaluated: [withoutWorld(`calls that the function itself refused (${left})`)] },
  ]);
}

type Rest = Parameters<typeof compareFunctions> extends [unknown, ...infer R] ? R : never;

/**
 * The probes without what follows from one finding alone: a role that bypasses row security, and that nobody declared, is
 * told as such (reach/), and not again for each row that it sees.
 */
function withoutUnruled(
  probes: Probes,
  personas: readonly Persona[],
  roles: readonly DatabaseRole[],
  known: Known,
): Probes {
  const bypass = bypassing(roles);
  const unruled = ({ role }: { readonly role: string }): boolean =>
    bypass.has(role) && !isKnown({ line: `role ${role} bypassrls`, wider: [`role ${role} superuser`] }, known);
  const names = new Set(personas.filter(unruled).map(({ name }) => name));
  if (names.size === 0) return probes;
  return {
    ...probes,
    cells: probes.cells.map((cell) => (names.has(cell.persona) ? { ...cell, unruled: true } : cell)),
    sets: { ...probes.sets, holes: probes.sets.holes.filter(({ caller }) => !unruled(caller)) },
  };
}

/** A sequence of which the proof took values that stay taken. */
const movedSequence = ({ sql, why }: FreeSequence): NotEvaluated => ({
  check: 'access',
  where: `sequence ${sql}`,
  why: `The proof may have taken values from it, since ${why}.`,
});

/** How much was proved. */
export interface Counts {
  readonly tables: number;
  readonly policies: number;
  readonly functions: number;
  /** A persona, a command and a class of rows each. */
  readonly cells: number;
  /** A caller, a command and a row each, of the world's rows and their variants. */
  readonly answers: number;
  /** The parts of the conditions of policies of which enough was seen (sets/coverage.ts). */
  readonly conditions: number;
  /** A role, a command and a column each. */
  readonly columns: number;
  /** A persona and a function each. */
  readonly calls: number;
  /** A role and a privilege that row security does not govern each. */
  readonly privileges: number;
}

/** Counts what was proved; what was not evaluated does not count. */
export function countAll({ cells, columns, functions, privileges, sets }: Probes, subject: Subject): Counts {
  return {
    tables: subject.relations.length,
    policies: subject.policies,
    functions: subject.functions.length,
    cells: cells.filter(isProven).length,
    answers: sets.asked,
    conditions: sets.coverage.filter(isDecided).length,
    columns: columns.reduce((sum, grants) => sum + (grants.unclear === undefined ? grants.columns.length : 0), 0),
    calls: functions.filter(isProven).length,
    privileges: privileges.filter(isProven).length,
  };
}

const isProven = ({ outcome }: { readonly outcome: string }): boolean => outcome !== 'not evaluated';
