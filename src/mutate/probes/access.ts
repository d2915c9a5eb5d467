import { compareAccess } from '../../access/compare.ts';
import { compareColumns } from '../../access/compare-columns.ts';
import { compareFunctions } from '../../access/compare-functions.ts';
import { comparePrivileges } from '../../access/compare-privileges.ts';
import { compareSets } from '../../access/compare-sets.ts';
import { probeFunctions } from '../../access/functions.ts';
import type { ColumnGrants, Persona } from '../../access/model.ts';
import { personasOf } from '../../access/personas.ts';
import { probePrivileges } from '../../access/privileges.ts';
import { probeMatrix, rolesOf } from '../../access/probe.ts';
import { readRights } from '../../access/rights.ts';
import { probeSets } from '../../access/sets/probe-sets.ts';
import type { AccessSettings } from '../../access/settings.ts';
import { mergeFindings } from '../../report/deviation.ts';
import { NOT_EVALUATED } from '../compare.ts';
import { changesDefinitions, type MutantProbe } from '../probe.ts';
import { declaredIn, everything, scopesOf, within } from './scope.ts';

/** The proof of access, in the pieces by which it is asked: the cheap ones first. */
export function accessProbes(settings: AccessSettings): MutantProbe[] {
  const personas = personasOf(settings);
  return [
    privileges(settings, personas),
    calls(settings, personas),
    cells(settings, personas),
    sets(settings, personas),
  ];
}

/** They are few, and quickly asked all at once. */
function privileges(settings: AccessSettings, personas: readonly Persona[]): MutantProbe {
  return {
    name: 'privileges',
    layer: 'world',
    looksAt: 'what each role may do that row security does not govern',
    scopesFor: (mutant) => (changesDefinitions(mutant) ? [everything(0.2)] : []),
    async run({ client, subject }) {
      const seen = await probePrivileges(client, subject, rolesOf(personas));
      return {
        findings: comparePrivileges(seen, settings.privileges ?? {}),
        facts: new Map(
          seen.map(({ role, privilege, object, outcome }) => [`${role} · ${privilege} · ${object}`, outcome]),
        ),
      };
    },
  };
}

function calls(settings: AccessSettings, personas: readonly Persona[]): MutantProbe {
  return {
    name: 'calls',
    layer: 'world',
    looksAt: 'which persona may execute the function',
    // Who may execute something does not depend on what its code does.
    scopesFor: (mutant, affected) => (changesDefinitions(mutant) ? scopesOf(affected, 'function') : []),
    async run(world, scope) {
      const { functions } = within(world, personas, scope).subject;
      const declared = declaredIn(settings, world.subject, scope);
      const given = declared.calls ?? {};
      const seen = await probeFunctions(world.client, functions, given, personas);
      return {
        findings: compareFunctions(seen, functions, declared.functions, given, personas),
        facts: new Map(seen.map(({ persona, signature, outcome }) => [`${persona} · execute · ${signature}`, outcome])),
      };
    },
  };
}

function cells(settings: AccessSettings, personas: readonly Persona[]): MutantProbe {
  return {
    name: 'cells',
    layer: 'world',
    looksAt: 'what each persona may do with each row of the world',
    scopesFor: (_, affected) => scopesOf(affected, 'relation'),
    async run(world, scope) {
      const { subject, rows } = within(world, personas, scope);
      const { access } = declaredIn(settings, world.subject, scope);
      const seen = await probeMatrix(world.client, subject, rows, personas, access);
      return {
        findings: mergeFindings([
          compareAccess({ cells: seen.cells, missing: world.missing }, access, personas, subject.relations),
          compareColumns(seen.cells, seen.columns, access, personas, subject.relations),
        ]),
        facts: new Map([
          ...seen.cells.map(
            ({ persona, command, table, row, outcome }) =>
              [`${persona} · ${command} · ${table} (${row})`, outcome] as const,
          ),
          ...seen.columns.map(
            (one) => [`${one.role} · ${one.command} · columns of ${one.table}`, columnsText(one)] as const,
          ),
        ]),
      };
    },
  };
}

/** As access.md says it: only of some columns is it said which. */
function columnsText({ columns, granted, unclear }: ColumnGrants): string {
  if (unclear !== undefined) return NOT_EVALUATED;
  if (granted.length === columns.length) return 'all';
  return granted.join(', ') || 'none';
}

function sets(settings: AccessSettings, personas: readonly Persona[]): MutantProbe {
  return {
    name: 'sets',
    layer: 'world',
    looksAt: 'what callers may do with variants of the rows of the world',
    scopesFor: (_, affected) => scopesOf(affected, 'relation'),
    async run(world, scope) {
      const { client, missing } = world;
      const { subject, rows } = within(world, personas, scope);
      const { access, tells = {} } = declaredIn(settings, world.subject, scope);
      const rights = await readRights(client, rolesOf(personas), subject.catalog.relations);
      const seen = await probeSets(client, subject, rows, { personas, asked: personas }, access, rights);
      return { findings: compareSets(seen, new Set(scope.relations), tells, missing), facts: new Map() };
    },
  };
}
