import { readCatalog } from '../../catalog/catalog.ts';
import { checkWhatWasRead } from '../../checks/run.ts';
import type { Ruled } from '../../checks/settings.ts';
import { mergeFindings } from '../../report/deviation.ts';
import type { StructureScope } from '../../structure/describe/subject.ts';
import { describe } from '../../structure/describe.ts';
import type { StructureObject } from '../../structure/model.ts';
import type { MutantProbe } from '../probe.ts';
import { everything } from './scope.ts';

/** The rules for catalogs, of the whole database at once. */
export function checksProbe(api: readonly string[], ruled: Ruled): MutantProbe {
  return {
    name: 'checks',
    looksAt: 'the rules that the catalogs must keep (docs/checks)',
    scopesFor: ({ kind }) => (kind === 'access' ? [everything(1.5)] : []),
    run: async ({ client }) => ({
      findings: checkWhatWasRead(await readCatalog(client, { schemas: ruled.schemas, rest: true }), api, ruled),
      facts: new Map(),
    }),
  };
}

/**
 * The structure, as structure.md has it. That it differs says nothing of what a change of access lets anybody do, and so
 * it is asked about other changes alone.
 */
export function structureProbe(scope: StructureScope): MutantProbe {
  return {
    name: 'structure',
    looksAt: 'everything that structure.md says',
    scopesFor: ({ kind }) => (kind === 'other' ? [everything(0)] : []),
    run: async ({ client }) => ({
      findings: mergeFindings([]),
      facts: factsOf(await describe(await readCatalog(client, { schemas: scope.schemas, rest: true }), scope)),
    }),
  };
}

const factsOf = (objects: readonly StructureObject[]): Map<string, string> =>
  new Map(
    objects.flatMap((object) => [
      [nameOf(object), textOf(object)] as const,
      ...object.parts.map((part) => [`${nameOf(object)}, ${nameOf(part)}`, textOf(part)] as const),
    ]),
  );

const nameOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string => `${kind} ${name}`;

const textOf = ({ properties }: Pick<StructureObject, 'properties'>): string =>
  properties.map(({ name, value }) => [name, value].filter(Boolean).join(' ')).join('; ') || 'nothing more';
