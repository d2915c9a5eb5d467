import { readCatalog } from '../../catalog/catalog.ts';
import { checkWhatWasRead } from '../../checks/run.ts';
import type { Ruled } from '../../checks/settings.ts';
import { mergeFindings } from '../../report/deviation.ts';
import type { StructureScope } from '../../structure/describe/subject.ts';
import { describe } from '../../structure/describe.ts';
import type { StructureObject, StructurePart } from '../../structure/model.ts';
import type { Affected } from '../dependents.ts';
import { changesDefinitions, type MutantProbe } from '../probe.ts';
import { everything } from './scope.ts';

/** The rules for catalogs: of the schema of what is changed, which takes a fifth of the time, and at last of the whole database. */
export function checksProbe(api: readonly string[], ruled: Ruled): MutantProbe {
  return {
    name: 'checks',
    layer: 'world',
    looksAt: 'the rules that the catalogs must keep (docs/checks)',
    scopesFor: (mutant, [first]) => {
      if (!changesDefinitions(mutant)) return [];
      const schema = schemaOf(first);
      // What only they notice of it need not wait for others.
      const distance = /^column-privilege-granted .* REFERENCES /.test(mutant.id) ? -1 : 0.45;
      const near = ruled.schemas.includes(schema) ? [{ ...everything(distance), key: schema }] : [];
      return [...near, everything(LAST)];
    },
    run: async ({ client }, { key }) => {
      const isOne = ruled.schemas.includes(key);
      const within = isOne ? { schemas: [key] } : { schemas: ruled.schemas, rest: true };
      return {
        findings: await checkWhatWasRead(await readCatalog(client, within), api, isOne ? rulesOf(ruled, key) : ruled),
        facts: new Map(),
      };
    },
  };
}

/** The declarations of one schema: the catalog is read without the others. */
function rulesOf({ exempt, postgrest, ...ruled }: Ruled, schema: string): Ruled {
  const isOfSchema = (id: string): boolean => id.startsWith(`${schema}.`);
  const embeddings = Object.entries(postgrest?.embeddings ?? {}).filter(([id]) => isOfSchema(id));
  return {
    ...ruled,
    schemas: [schema],
    exempt: exempt.filter(({ object }) => isOfSchema(object)),
    ...(postgrest?.schemas.includes(schema)
      ? { postgrest: { schemas: [schema], embeddings: Object.fromEntries(embeddings) } }
      : {}),
  };
}

/** Further than anything else. */
const LAST = 100;

/** The schema of a relation or function: what comes before the first dot. */
const schemaOf = (affected: Affected | undefined): string => affected?.id.split('.')[0] ?? '';

/**
 * The structure, as structure.md has it, without what decides who may do what: that a policy, a privilege, a view or a
 * function is another one says nothing of what it lets anybody do. These are noticed by what they do. What it says of others
 * is enough, and asked first. PARALLEL of a function is one of these: no call shows it; and so is the volatility of one of the
 * API, by which it is a query or a mutation there.
 * @param api the schemas of the GraphQL API
 */
export function structureProbe(scope: StructureScope, api: readonly string[]): MutantProbe {
  return {
    name: 'structure',
    layer: 'world',
    looksAt: 'what structure.md says of tables, types and sequences',
    scopesFor: ({ kind, operator }, [first]) => {
      const schema = schemaOf(first);
      if (operator === 'function-parallel' || (operator === 'function-volatility' && api.includes(schema)))
        return [{ ...everything(-1), key: `${FUNCTIONS} ${schema}` }];
      if (kind !== 'other' || first?.kind === 'function') return [];
      return [{ ...everything(-1), ...(schema === '' ? {} : { key: schema }) }];
    },
    run: async ({ client }, { key }) => {
      const isOfFunctions = key.startsWith(`${FUNCTIONS} `);
      const schema = isOfFunctions ? key.slice(FUNCTIONS.length + 1) : key;
      const within =
        key === everything(0).key ? { schemas: scope.schemas, rest: true } : { schemas: [schema], rest: false };
      const objects = await describe(await readCatalog(client, within), { ...scope, schemas: within.schemas });
      const hidden = isOfFunctions ? [] : OBJECTS_BY_BEHAVIOUR;
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
