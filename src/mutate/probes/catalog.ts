import { readCatalog } from '../../catalog/catalog.ts';
import { checkWhatWasRead } from '../../checks/run.ts';
import type { Ruled } from '../../checks/settings.ts';
import { mergeFindings } from '../../report/deviation.ts';
import type { StructureScope } from '../../structure/describe/subject.ts';
import { describe } from '../../structure/describe.ts';
import type { StructureObject, StructurePart } from '../../structure/model.ts';
import { changesDefinitions, type MutantProbe } from '../probe.ts';
import { everything } from './scope.ts';

/** The rules for catalogs, of the whole database at once. */
export function checksProbe(api: readonly string[], ruled: Ruled): MutantProbe {
  return {
    name: 'checks',
    layer: 'world',
    looksAt: 'the rules that the catalogs must keep (docs/checks)',
    scopesFor: (mutant) => {
      if (!changesDefinitions(mutant)) return [];
      // What only they notice of it need not wait for others.
      return [everything(/^column-privilege-granted .* REFERENCES /.test(mutant.id) ? -1 : 1.5)];
    },
    run: async ({ client }) => ({
      findings: await checkWhatWasRead(await readCatalog(client, { schemas: ruled.schemas, rest: true }), api, ruled),
      facts: new Map(),
    }),
  };
}

/**
 * The structure, as structure.md has it, without what decides who may do what: that a policy, a privilege, a view or a
 * function is another one says nothing of what it lets anybody do. These are noticed by what they do. What it says of others
 * is enough, and asked first. PARALLEL of a function is one of these: no call shows it.
 */
export function structureProbe(scope: StructureScope): MutantProbe {
  return {
    name: 'structure',
    layer: 'world',
    looksAt: 'what structure.md says of tables, types and sequences',
    scopesFor: ({ kind, operator }, [first]) => {
      if (operator === 'function-parallel') return [{ ...everything(-1), key: FUNCTIONS }];
      return kind === 'other' && first?.kind !== 'function' ? [everything(-1)] : [];
    },
    run: async ({ client }, { key }) => {
      const objects = await describe(await readCatalog(client, { schemas: scope.schemas, rest: true }), scope);
      const hidden = key === FUNCTIONS ? [] : OBJECTS_BY_BEHAVIOUR;
      return { findings: mergeFindings([]), facts: factsOf(objects.filter(({ kind }) => !hidden.includes(kind))) };
    },
  };
}

const FUNCTIONS = 'functions';

const OBJECTS_BY_BEHAVIOUR: readonly StructureObject['kind'][] = [
  'role',
  'function',
  'procedure',
  'aggregate',
  'window function',
  'view',
  'materialized view',
];
const PARTS_BY_BEHAVIOUR: readonly StructurePart['kind'][] = ['policy', 'grant to', 'member of'];

const factsOf = (objects: readonly StructureObject[]): Map<string, string> =>
  new Map(
    objects.flatMap((object) => [
      [nameOf(object), textOf(object)] as const,
      ...object.parts
        .filter(({ kind }) => !PARTS_BY_BEHAVIOUR.includes(kind))
        .map((part) => [`${nameOf(object)}, ${nameOf(part)}`, textOf(part)] as const),
    ]),
  );

const nameOf = ({ kind, name }: Pick<StructurePart, 'kind' | 'name'>): string => `${kind} ${name}`;

const textOf = ({ properties }: Pick<StructurePart, 'properties'>): string =>
  properties.map(({ name, value }) => [name, value].filter(Boolean).join(' ')).join('; ') || 'nothing more';
