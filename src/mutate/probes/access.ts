import { compareAll } from '../../access/findings.ts';
import type { Persona } from '../../access/model.ts';
import { personasOf } from '../../access/personas.ts';
import { type Probes, probePlanted } from '../../access/probe.ts';
import type { AccessSettings } from '../../access/settings.ts';
import { byFunction } from '../../access/signatures.ts';
import type { Subject } from '../../access/subject.ts';
import type { Relation } from '../../catalog/relations.ts';
import { mergeFindings } from '../../report/deviation.ts';
import { NOT_EVALUATED } from '../compare.ts';
import type { Affected } from '../dependents.ts';
import type { MutantProbe, Observed, ProbeScope } from '../probe.ts';
import type { World } from '../session.ts';

/** The scope of what is in no table and no function: sequences and schemas. */
const REST = 'sequences and schemas';

/** The proof of access, one relation or function at a time. */
export function accessProbe(settings: AccessSettings): MutantProbe {
  const personas = personasOf(settings);
  return {
    name: 'access',
    looksAt: 'what each persona may do with each row of the world and its variants, and which functions it may call',
    scopesFor: (_, affected) => [...affected.map(scopeOf), scope({ key: REST, distance: 2 })],
    run: (world, asked) => proveScope(world, asked, personas, settings),
  };
}

const scope = (given: Partial<ProbeScope> & Pick<ProbeScope, 'key' | 'distance'>): ProbeScope => ({
  relations: [],
  functions: [],
  ...given,
});

const scopeOf = ({ kind, id, distance }: Affected): ProbeScope =>
  scope({ key: id, distance, [kind === 'relation' ? 'relations' : 'functions']: [id] });

async function proveScope(
  world: World,
  asked: ProbeScope,
  personas: readonly Persona[],
  settings: AccessSettings,
): Promise<Observed> {
  const subject = subjectOf(world.subject, asked);
  const declared = declaredFor(settings, world.subject, asked);
  const rows = world.rows.filter(({ relation }) => asked.relations.includes(relation.id));
  const probes = await probePlanted(world.client, subject, { ...world, rows, free: [] }, personas, declared);
  return { findings: mergeFindings([compareAll(probes, subject, declared, personas)]), facts: factsOf(probes) };
}

/** The subject without what is outside of the scope. */
function subjectOf(subject: Subject, { key, relations, functions }: ProbeScope): Subject {
  const isAsked = ({ id }: Relation): boolean => relations.includes(id);
  const isRest = key === REST;
  return {
    ...subject,
    relations: subject.relations.filter(isAsked),
    functions: subject.functions.filter(({ signature }) => functions.includes(signature)),
    schemas: isRest ? subject.schemas : [],
    sequences: isRest ? subject.sequences : [],
    catalog: { ...subject.catalog, relations: withBases(subject.catalog.relations, isAsked) },
  };
}

/** These relations, their partitions, and what views among them read. */
function withBases(all: readonly Relation[], isAsked: (relation: Relation) => boolean): readonly Relation[] {
  const found = new Set(all.filter(isAsked));
  for (const relation of found)
    for (const other of all)
      if (relation.reads.includes(other.sql) || other.partitionOf === relation.id) found.add(other);
  return [...found];
}

/** What is declared of what is in the scope. */
function declaredFor(
  settings: AccessSettings,
  { functions }: Subject,
  { key, relations, functions: asked }: ProbeScope,
): AccessSettings {
  const { access, calls = {}, privileges = {}, tells = {} } = settings;
  const ofFunctions = <T>(lines: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      byFunction(lines, functions).flatMap((line) =>
        line.function && asked.includes(line.function.signature) ? [[line.key, line.value]] : [],
      ),
    );
  const isOfRest = (name: string): boolean => name.startsWith('schema ') || name.startsWith('sequence ');
  return {
    ...settings,
    access: only(access, (name) => relations.includes(name)),
    functions: ofFunctions(settings.functions),
    calls: ofFunctions(calls),
    privileges: only(privileges, (name) => relations.includes(name) || (key === REST && isOfRest(name))),
    tells: only(tells, (name) => relations.some((relation) => name.startsWith(`${relation} (`))),
  };
}

const only = <T>(lines: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(lines).filter(([name]) => wanted(name)));

/** What access.md says of the scope: the outcome of every cell and call, the columns and the privileges. */
function factsOf({ cells, columns, functions, privileges }: Probes): Map<string, string> {
  return new Map([
    ...cells.map(
      ({ persona, command, table, row, outcome }) => [`${persona} · ${command} · ${table} (${row})`, outcome] as const,
    ),
    ...columns.map(
      ({ role, command, table, columns: possible, granted, unclear }) =>
        [
          `${role} · ${command} · columns of ${table}`,
          unclear !== undefined ? NOT_EVALUATED : granted.length < possible.length ? granted.join(', ') || 'none' : 'all',
        ] as const,
    ),
    ...functions.map(({ persona, signature, outcome }) => [`${persona} · execute · ${signature}`, outcome] as const),
    ...privileges.map(({ role, privilege, object, outcome }) => [`${role} · ${privilege} · ${object}`, outcome] as const),
  ]);
}
